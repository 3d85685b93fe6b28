import http from 'node:http';
import type { Answer } from './http';

interface Flood {
  readonly form: Record<string, string>;
  /** Headers of the request with that number. */
  readonly headers: (index: number) => Record<string, string>;
  /** Connections, kept alive. */
  readonly sockets?: number;
}

/** POSTs a form many times, as many at once as there are sockets. `fetch` would open a connection for each. */
export async function flood(url: string, count: number, { form, headers, sockets = 100 }: Flood): Promise<Answer[]> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: sockets });
  const body = new URLSearchParams(form).toString();
  try {
    return await Promise.all(
      Array.from({ length: count }, (_, index) =>
        request(url, body, {
          agent,
          method: 'POST',
          headers: {
            'Content-Type': 'application/x-www-form-urlencoded',
            'Content-Length': Buffer.byteLength(body),
            ...headers(index),
          },
        }),
      ),
    );
  } finally {
    agent.destroy();
  }
}

/** One request over node's own client, which, unlike `fetch`, reads an answer that comes before the body is sent. */
export function request(url: string, body: string | Uint8Array, options: http.RequestOptions): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = http.request(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({
          status: response.statusCode ?? 0,
          headers: new Headers(
            Object.entries(response.headers).map(([name, value]): [string, string] => [name, String(value)]),
          ),
          text,
          get json() {
            return JSON.parse(text) as Record<string, unknown>;
          },
        });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
