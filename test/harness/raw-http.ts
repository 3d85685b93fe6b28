import net from 'node:net';
import type { Answer } from './http';

interface Talk {
  /** A good request that has its answer before the bytes are sent, over the same connection. */
  readonly after?: string;
  /** Ends our side of the connection after the bytes. */
  readonly halfClose?: boolean;
  /** Gives up when the server neither answered nor closed by then. */
  readonly patienceMs?: number;
}

/**
 * Sends bytes that need not be HTTP and reads the answer.
 * @returns undefined when the server closed without one
 */
export function talk(url: string, bytes: string | Uint8Array, talk: Talk = {}): Promise<Answer | undefined> {
  const { after, halfClose = false, patienceMs = 10_000 } = talk;
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const socket = net.connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    let text = '';
    let mayBegin = after === undefined;
    const sendBytes = () => {
      socket.write(bytes);
      if (halfClose) socket.end();
    };
    const impatience = setTimeout(() => {
      reject(new Error(`no answer within ${patienceMs} ms; so far: ${text}`));
      socket.destroy();
    }, patienceMs);
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      text += chunk;
      if (!isComplete(text)) return;
      if (mayBegin) {
        socket.destroy();
        return;
      }
      mayBegin = true;
      text = '';
      sendBytes();
    });
    socket.on('end', () => socket.destroy());
    socket.on('error', () => undefined); // a reset: what came before it is the answer
    socket.on('close', () => {
      clearTimeout(impatience);
      resolve(text === '' ? undefined : parse(text));
    });
    if (after === undefined) sendBytes();
    else socket.write(after);
  });
}

function isComplete(text: string): boolean {
  const end = text.indexOf('\r\n\r\n');
  const length = /\r\ncontent-length: (\d+)\r\n/i.exec(text);
  return end >= 0 && length !== null && Buffer.byteLength(text.slice(end + 4)) >= Number(length[1]);
}

function parse(message: string): Answer {
  const end = message.indexOf('\r\n\r\n');
  const [statusLine = '', ...lines] = message.slice(0, end).split('\r\n');
  const text = message.slice(end + 4);
  return {
    status: Number(/^HTTP\/1\.1 (\d{3}) /.exec(statusLine)?.[1]),
    headers: new Headers(
      lines.map((line): [string, string] => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon), line.slice(colon + 1).trim()];
      }),
    ),
    text,
    get json() {
      return JSON.parse(text) as Record<string, unknown>;
    },
  };
}
