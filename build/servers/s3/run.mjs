import S3rver from '@20minutes/s3rver'
import { writeFileSync } from 'node:fs'

const [port, directory, pidFile] = process.argv.slice(2)
writeFileSync(pidFile, String(process.pid))
await new S3rver({
  address: '127.0.0.1',
  port: Number(port),
  directory,
  silent: true,
  // The SDK signs bucket calls with a slash that the server does not know.
  allowMismatchedSignatures: true,
  configureBuckets: [{ name: 'mail', configs: [] }],
}).run()
