import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { CATALOGUE, type ErrorCode } from '../errors/catalogue';

const BY_NODE_CODE: Readonly<Record<string, ErrorCode>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
  HPE_HEADER_OVERFLOW: 'headers_too_large',
};

/** Answers what node could not parse as HTTP, so that even this gets JSON and a request id. The path is not known. */
export function answerUnparsableRequests(server: Server): void {
  // An expectation that nobody knows is ignored (RFC 9110 section 10.1.1 allows it); node would answer 417 by itself.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable || socket.bytesWritten > 0) {
      socket.destroy();
      return;
    }
    const { meaning, oauth } = CATALOGUE[BY_NODE_CODE[error.code ?? ''] ?? 'invalid_request'];
    const [status, code] = oauth;
    const body = JSON.stringify({ error: code, error_description: meaning });
    socket.end(
      [
        `HTTP/1.1 ${status} Error`,
        'Content-Type: application/json; charset=utf-8',
        `Content-Length: ${Buffer.byteLength(body)}`,
        'Cache-Control: no-store',
        `X-Request-Id: ${randomUUID()}`,
        'Connection: close',
        '',
        body,
      ].join('\r\n'),
    );
  });
}
