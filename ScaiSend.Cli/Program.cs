using ScaiSend.Cli;

return await Commands.Root().Parse(args).InvokeAsync();
