// Sends every kind of message that SendGrid's helpers for Node can build, and prints a line of JSON for each:
// what was built, and what was answered. Usage: send.cjs BASE-URL API-KEY SEND-AT
'use strict';
const mail = require('@sendgrid/mail');
const { Client } = require('@sendgrid/client');
const { Mail } = require('@sendgrid/helpers').classes;

const [baseUrl, key, sendAt] = process.argv.slice(2);
const client = new Client();
client.setApiKey(key);
client.setDefaultRequest('baseUrl', baseUrl);
mail.setClient(client);

const from = { email: 'hello@example.test', name: 'Hello' };
const pixel = 'R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';
const base64 = (text) => Buffer.from(text).toString('base64');

const kinds = {
  single: { to: 'Ada <single@example.org>', from: 'Hello <hello@example.test>', subject: 'One', text: 'A text.', html: '<p>HTML</p>' },
  unicode: {
    to: { email: 'unicode@example.org', name: 'Žofie "Z" O\'Neil, Ltd.' },
    from: { email: 'hello@example.test', name: 'Grüße & <Söhne>' },
    subject: 'Überraschung: 100 € 🎉',
    text: 'Straße\n\n.\n..Punkt\n' + 'x'.repeat(2000),
    html: '<p title="a&b">žluťoučký kůň</p>',
  },
  everybody: {
    to: [{ email: 'to1@example.org', name: 'To' }, 'to2@example.org'],
    cc: ['cc1@example.org', { email: 'cc2@example.org', name: 'Copy' }],
    bcc: 'bcc@example.org',
    from,
    replyTo: { email: 'support@example.test', name: 'Support' },
    subject: 'Everybody',
    content: [{ type: 'text/plain', value: 'A text.' }, { type: 'text/html', value: '<p>HTML</p>' }],
  },
  'reply to several': {
    to: 'replies@example.org', from, subject: 'Answer us', text: 'A text.',
    replyToList: [{ email: 'a@example.test', name: 'A' }, { email: 'b@example.test' }],
  },
  personalizations: {
    personalizations: [
      { to: 'own1@example.org', subject: 'For {{name}}', substitutions: { name: 'Ada', code: '1' }, headers: { 'X-Own': '1' }, customArgs: { order: '1' } },
      { to: 'own2@example.org', substitutions: { name: 'Grace', code: '2' } },
    ],
    from,
    subject: 'And for {{name}}',
    text: 'Dear {{name}}, your code is {{code}}.',
    html: '<p>Dear {{name}}, your code is {{code}}.</p>',
    substitutions: { code: 'none' },
    headers: { 'X-Shop': 'example' },
  },
  'other wrappers': {
    to: 'wrapped@example.org', from, subject: 'For -name-', text: 'Dear -name-.',
    substitutions: { name: 'Ada' }, substitutionWrappers: ['-', '-'],
  },
  attachments: {
    to: 'files@example.org', from, subject: 'Files', text: 'A text.', html: '<img src="cid:logo">',
    attachments: [
      { content: base64('Line\r\nLine'), filename: 'größe 1.txt', type: 'text/plain', disposition: 'attachment' },
      { content: Buffer.alloc(10 * 1024 * 1024, 'abc').toString('base64'), filename: 'data.bin' },
      { content: pixel, filename: 'logo.gif', type: 'image/gif', disposition: 'inline', content_id: 'logo' },
    ],
  },
  settings: {
    to: 'settings@example.org', from, subject: 'Settings', text: 'A text.', html: '<p>HTML</p>',
    headers: { 'X-Shop': 'example' },
    categories: ['orders', 'shipping'],
    customArgs: { shop: 'example', order: '4711' },
    asm: { groupId: 1, groupsToDisplay: [1, 2] },
    ipPoolName: 'transactional',
    mailSettings: {
      bypassListManagement: { enable: false },
      footer: { enable: true, text: 'Example Ltd.', html: '<p>Example Ltd.</p>' },
      sandboxMode: { enable: false },
      spamCheck: { enable: true, threshold: 5, postToUrl: 'https://example.org/spam' },
    },
    trackingSettings: {
      clickTracking: { enable: false, enableText: false },
      openTracking: { enable: false, substitutionTag: '%open%' },
      subscriptionTracking: { enable: false, text: 'no', html: '<p>no</p>', substitutionTag: '%no%' },
      ganalytics: { enable: false, utmSource: 'source' },
    },
  },
  scheduled: { to: 'later@example.org', from, subject: 'Later', text: 'A text.', sendAt: Number(sendAt) },
};

// send() builds the message once more in the same way; isMultiple makes a personalization of each recipient.
function built(message, isMultiple) {
  const copy = { ...message };
  if (isMultiple && Array.isArray(copy.to)) copy.isMultiple = true;
  return Mail.create(copy).toJSON();
}

async function run() {
  const [batch] = await client.request({ method: 'POST', url: '/v3/mail/batch' });
  kinds.batch = { to: 'batch@example.org', from, subject: 'In a batch', text: 'A text.', batchId: batch.body.batch_id };
  kinds.template = {
    personalizations: ['Ada', 'Grace'].map((name) => ({ to: `template.${name}@example.org`.toLowerCase(), dynamicTemplateData: { firstName: name } })),
    from,
    templateId: await makeTemplate(),
  };
  const sends = Object.entries(kinds).map(([kind, message]) => [kind, message, false]);
  sends.push(['multiple', { to: ['alone1@example.org', 'alone2@example.org'], from, subject: 'Each alone', text: 'A text.' }, true]);
  for (const [kind, message, isMultiple] of sends) {
    const [answer] = isMultiple ? await mail.sendMultiple(message) : await mail.send(message);
    print(kind, built(message, isMultiple), answer);
  }
  try {
    await mail.send({ to: 'nobody', from, subject: 'S', text: 'T' });
  } catch (error) {
    process.stdout.write(JSON.stringify({ kind: 'refused', status: error.code, reason: error.message, body: error.response.body }) + '\n');
  }
}

async function makeTemplate() {
  const [template] = await client.request({ method: 'POST', url: '/v3/templates', body: { name: 'From Node', generation: 'dynamic' } });
  const version = { name: 'First', subject: 'Hello {{firstName}}', html_content: '<p>Dear {{firstName}}</p>', plain_content: 'Dear {{firstName}}' };
  await client.request({ method: 'POST', url: `/v3/templates/${template.body.id}/versions`, body: version });
  return template.body.id;
}

function print(kind, request, answer) {
  process.stdout.write(JSON.stringify({ kind, request, status: answer.statusCode, id: answer.headers['x-message-id'], body: answer.body }) + '\n');
}

run().catch((error) => {
  process.stderr.write(`${error.stack}\n${JSON.stringify(error.response ? error.response.body : null)}\n`);
  process.exit(1);
});
