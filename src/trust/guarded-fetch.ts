import { type LookupAddress, lookup } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { errors } from 'jose';

const LARGEST_BODY_BYTES = 256 * 1_024;

/** Loopback, private, link-local and other ranges that are not the public Internet (RFC 6890). */
const PRIVATE = new BlockList();
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const) {
  PRIVATE.addSubnet(net, prefix, 'ipv4');
}
for (const [net, prefix] of [
  ['::', 127],
  ['64:ff9b::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  PRIVATE.addSubnet(net, prefix, 'ipv6');
}

export function isPrivateAddress(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return isPrivateAddress(mapped);
  return PRIVATE.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/**
 * GET without redirects. Unless allowed, never to a private address: looked at when the name is resolved, so that a name
 * cannot lead elsewhere between the look and the call.
 * @throws {errors.JOSEError} when it cannot be had
 */
export async function fetchGuarded(url: URL, signal: AbortSignal, privateAddress: boolean): Promise<Response> {
  const literal = url.hostname.replace(/^\[|\]$/g, '');
  if (!privateAddress && isIP(literal) !== 0 && isPrivateAddress(literal)) throw unavailable('its address is private');
  return new Promise((resolve, reject) => {
    const client = url.protocol === 'https:' ? https : http;
    const options = { signal, ...(privateAddress ? {} : { lookup: publicLookup }) };
    const request = client.get(url, options, (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > LARGEST_BODY_BYTES) request.destroy(unavailable('the answer is too large'));
        else chunks.push(chunk);
      });
      response.on('end', () => resolve(new Response(Buffer.concat(chunks), { status: statusOf(response) })));
      response.on('error', (error) => reject(unavailable(error.message)));
    });
    request.on('error', (error) => reject(unavailable(error.message)));
  });
}

/** A redirect is not followed: it counts as a failure, like every status that Response cannot hold. */
function statusOf({ statusCode = 502 }: http.IncomingMessage): number {
  return statusCode === 200 ? 200 : 502;
}

const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    const [first] = addresses ?? [];
    if (error !== null || first === undefined) return callback(error ?? new Error('no address'), '', 4);
    if (addresses.some(({ address }) => isPrivateAddress(address))) {
      return callback(new Error('its name leads to a private address'), '', 4);
    }
    if (options.all === true) return callback(null, addresses);
    callback(null, first.address, first.family);
  });
};

function unavailable(because: string): errors.JOSEError {
  return new errors.JOSEError(`the keys of its issuer could not be fetched: ${because}`);
}
