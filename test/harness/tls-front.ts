import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import path from 'node:path';

/** Ends TLS for a service, as the reverse proxy of a production does. */
export interface TlsFront {
  /** `https://localhost:…` */
  readonly origin: string;
  /** File with the certificate, for whoever is to trust it. */
  readonly certificate: string;
  /** Where the service listens on 127.0.0.1: told afterwards, since the service has to know the origin at its start. */
  forwardTo(port: number): void;
  stop(): Promise<void>;
}

/** @param folder for the key and the certificate */
export async function startTlsFront(folder: string): Promise<TlsFront> {
  const [key, certificate] = [path.join(folder, 'key.pem'), path.join(folder, 'certificate.pem')];
  makeCertificate(key, certificate);
  let servicePort: number | undefined;
  const server = https.createServer({ key: fs.readFileSync(key), cert: fs.readFileSync(certificate) }, (...exchange) =>
    forward(servicePort, ...exchange),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No TCP port was assigned.');
  return {
    origin: `https://localhost:${address.port}`,
    certificate,
    forwardTo: (port) => (servicePort = port),
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function forward(port: number | undefined, request: IncomingMessage, response: ServerResponse): void {
  const headers = { ...request.headers, 'x-forwarded-for': request.socket.remoteAddress, 'x-forwarded-proto': 'https' };
  const { method, url } = request;
  const onward = http.request({ host: '127.0.0.1', port, method, path: url, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
    answer.pipe(response);
  });
  onward.on('error', () => response.destroy());
  request.pipe(onward);
}

function makeCertificate(key: string, certificate: string): void {
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc', '-days', '2'];
  const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  try {
    const args = ['req', '-x509', ...kind, ...name, '-keyout', key, '-out', certificate];
    execFileSync('openssl', args, { stdio: 'pipe' });
  } catch (cause) {
    throw new Error("This test needs Debian's openssl: apt-get install openssl", { cause });
  }
}
