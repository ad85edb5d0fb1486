FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY . .
# Only the native libraries of the machine that the image is for.
RUN dotnet publish ScaiSend.Cli --configuration Release --use-current-runtime --no-self-contained --output /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
COPY --from=build /app .
RUN install -d -o $APP_UID /data
USER $APP_UID
EXPOSE 8000
ENTRYPOINT ["./scaisend"]
