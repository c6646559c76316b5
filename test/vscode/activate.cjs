// Activates the extension of a folder in our host, opens a document, and writes what is shown of it.
"use strict";
const host = require("./host.cjs");
const [main, address, text] = process.argv.slice(2);
const extension = require(main);

async function run() {
  await extension.activate({ subscriptions: [] });
  host.open(address, text);
  const { THEN } = process.env;
  for (const command of THEN?.split(",") ?? []) host.set(command);
  while (!host.shown.has(address) && (THEN !== undefined || host.told.length === 0))
    await new Promise((resolve) => setTimeout(resolve, 20));
  const messages = (host.shown.get(address) ?? []).map(({ message }) => message);
  await extension.deactivate();
  const { registered, told, executed } = host;
  process.stdout.write(JSON.stringify({ messages, registered, told, executed }));
}

run().catch((error) => {
  process.stderr.write(String(error.stack));
  // a server that was started would keep the process
  process.exit(1);
});
