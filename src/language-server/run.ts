import {
  createConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver/node";
import { LanguageServer, type ServerHost } from "./server.ts";

/** Serves an editor over streams, until it says that it is done, or is gone. */
export function serveStreams(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  host: ServerHost,
): Promise<void> {
  const connection = createConnection(
    new StreamMessageReader(input),
    new StreamMessageWriter(output),
  );
  const server = new LanguageServer(connection, host);
  server.listen();
  return new Promise((resolve) => {
    connection.onExit(() => resolve());
    input.once("end", () => void server.close().then(resolve));
  });
}
