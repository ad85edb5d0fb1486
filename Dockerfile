FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY . .
RUN dotnet publish ScaiSend.Cli --configuration Release --use-current-runtime --property:PublishProfile=ship --output /app

FROM mcr.microsoft.com/dotnet/runtime-deps:10.0
WORKDIR /app
COPY --from=build /app .
RUN install -d -o $APP_UID /data
USER $APP_UID
EXPOSE 8000
ENTRYPOINT ["./scaisend"]
