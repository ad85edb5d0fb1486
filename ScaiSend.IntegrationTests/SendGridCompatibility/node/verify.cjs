// Verifies one POST of an event webhook with SendGrid's helper and prints a line of JSON.
// Usage: verify.cjs PUBLIC-KEY BODY-IN-BASE64 SIGNATURE TIMESTAMP
'use strict';
const { EventWebhook } = require('@sendgrid/eventwebhook');

const [key, body, signature, timestamp] = process.argv.slice(2);
const webhook = new EventWebhook();
let valid = false;
try {
  valid = webhook.verifySignature(webhook.convertPublicKeyToECDSA(key), Buffer.from(body, 'base64'), signature, timestamp);
} catch (error) {
  // A key or signature that cannot be read verifies nothing.
}
console.log(JSON.stringify({ valid }));
