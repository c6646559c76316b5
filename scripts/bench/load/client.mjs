// Load on an HTTP server: connections that stay open, each with one request after the other.
import { connect } from "node:net";

/** The request for a JSON body, as bytes. */
export function requestBytes(path, body, headers = {}) {
  const lines = Object.entries({ "Content-Type": "application/json", ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  const text = JSON.stringify(body);
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\nHost: localhost\r\n${lines.join("")}Content-Length: ` +
      `${Buffer.byteLength(text)}\r\n\r\n${text}`,
  );
}

/** One connection that asks until it is told to stop; `took` is told the milliseconds of each. */
function ask(port, requests, { until, took }) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    let [start, at, waiting] = [0, 0, ""];
    const next = () => {
      if (performance.now() >= until) return socket.end(() => resolve());
      start = performance.now();
      socket.write(requests[at++ % requests.length]);
    };
    socket.on("connect", next);
    socket.on("error", reject);
    socket.on("data", (bytes) => {
      waiting += bytes.toString("latin1");
      const head = waiting.indexOf("\r\n\r\n");
      if (head < 0) return;
      const [, length = "0"] = /content-length: (\d+)/i.exec(waiting) ?? [];
      if (waiting.length < head + 4 + Number(length)) return;
      if (!waiting.startsWith("HTTP/1.1 200")) return reject(new Error(waiting.slice(0, 200)));
      waiting = "";
      took(performance.now() - start);
      next();
    });
  });
}

/** Asks for so many seconds: answers a second, and the time within which 99 of 100 came, in ms. */
export async function load(port, requests, { connections = 16, seconds = 3 } = {}) {
  const times = [];
  const from = performance.now();
  const until = from + seconds * 1000;
  const each = Array.from({ length: connections }, (_, i) => {
    const first = Math.floor((i * requests.length) / connections);
    const turned = [...requests.slice(first), ...requests.slice(0, first)];
    return ask(port, turned, { until, took: (time) => times.push(time) });
  });
  await Promise.all(each);
  const took = (performance.now() - from) / 1000;
  times.sort((a, b) => a - b);
  return { perSecond: times.length / took, p99: times[Math.floor(times.length * 0.99)] ?? 0 };
}
