import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { CATALOGUE, type ErrorCode } from '../errors/catalogue';
import { GatehouseError } from '../errors/gatehouse-error';
import { pathOf } from './access-log';
import type { HttpAnswer } from './http-answer';
import { requestIdOf } from './request-id';
import { send } from './send';

const BY_NODE_CODE: Readonly<Record<string, ErrorCode>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
  HPE_HEADER_OVERFLOW: 'headers_too_large',
};

/** An error as the body of the dialect that is spoken at a path. */
export type RenderError = (path: string, error: GatehouseError, requestId: string) => HttpAnswer;

/** Answers what node could not parse as HTTP, so that even this gets JSON and a request id. */
export function answerUnparsableRequests(server: Server, render: RenderError): void {
  // An expectation that nobody knows is ignored (RFC 9110 section 10.1.1 allows it); node would answer 417 by itself.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));

  const latest = new WeakMap<Duplex, ServerResponse<IncomingMessage>>();
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse<IncomingMessage>) => {
    latest.set(request.socket, response);
  });

  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const refusal = refusalOf(error);
    const response = latest.get(socket);
    if (response !== undefined && !response.req.complete) answerHalf(response, refusal, render);
    else if (response === undefined || response.closed) answerUnknown(socket, refusal, render);
    // What was asked over this connection before, in one go with this, has its answer first.
    else response.once('close', () => answerUnknown(socket, refusal, render));
  });
}

function refusalOf({ code }: NodeJS.ErrnoException): GatehouseError {
  const name = BY_NODE_CODE[code ?? ''] ?? 'invalid_request';
  return new GatehouseError(name, CATALOGUE[name].meaning);
}

/** Of this request the headers were good. It may have its answer already. */
function answerHalf(response: ServerResponse<IncomingMessage>, refusal: GatehouseError, render: RenderError): void {
  if (response.headersSent) {
    response.req.socket.destroy();
    return;
  }
  response.setHeader('Connection', 'close');
  send(response, render(pathOf(response.req), refusal, requestIdOf(response)));
}

/** Of this one nothing is known, not even the path. */
function answerUnknown(socket: Duplex, refusal: GatehouseError, render: RenderError): void {
  if (!socket.writable) return;
  const id = randomUUID();
  const { status, headers, body } = render('/', refusal, id);
  const all = {
    ...headers,
    'Content-Length': Buffer.byteLength(body),
    'X-Request-Id': id,
    Connection: 'close',
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  socket.end([`HTTP/1.1 ${status} Error`, ...lines, '', body].join('\r\n'));
}
