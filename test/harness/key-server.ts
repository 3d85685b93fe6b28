import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

export interface KeyServer {
  /** `http://127.0.0.1:…` */
  readonly url: string;
  /** Paths that it was asked for. */
  readonly asked: string[];
  stop(): Promise<void>;
}

/** A web server of this machine that publishes keys, well or badly. */
export async function startKeyServer(handlers: Record<string, http.RequestListener>): Promise<KeyServer> {
  const asked: string[] = [];
  const server = http.createServer((request, response) => {
    const path = String(request.url);
    asked.push(path);
    const handler = handlers[path];
    if (handler === undefined) response.writeHead(404).end();
    else handler(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A handler that answers with JSON. */
export function answerJson(body: unknown): http.RequestListener {
  return (_request, response) => void response.setHeader('Content-Type', 'application/json').end(JSON.stringify(body));
}
