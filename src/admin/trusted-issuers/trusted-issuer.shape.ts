import { isIP } from 'node:net';
import { z } from 'zod';
import { isPrivateAddress } from '../../trust/guarded-fetch';
import type { TrustedIssuerEntity } from '../../trust/trusted-issuer.entity';
import { hasKeysOnce, KEYS_ONCE, trustedIssuerShape } from '../../trust/trusted-issuer.shape';

/** What can be changed of a trusted issuer: anything but its name. */
export const trustedIssuerFields = trustedIssuerShape.omit({ issuer: true });
type Fields = z.output<typeof trustedIssuerFields>;

export const newTrustedIssuer = trustedIssuerShape.superRefine(obeyRules);
export const trustedIssuerSettings = trustedIssuerFields.superRefine(obeyRules);

/** A trusted issuer as it is shown. */
export const shownTrustedIssuer = z.object({
  id: z
    .string()
    .describe('The issuer in base64url (RFC 4648 section 5): it has slashes, which proxies change in paths.'),
  issuer: z.string(),
  org: z.string(),
  jwks: z.object({ keys: z.array(z.looseObject({})) }).nullable(),
  jwksUri: z.string().nullable(),
  allowPrivateAddress: z.boolean(),
  subjectClaim: z.string(),
});

export type ShownTrustedIssuer = z.output<typeof shownTrustedIssuer>;

export function showTrustedIssuer(issuer: TrustedIssuerEntity): ShownTrustedIssuer {
  return {
    id: issuerId(issuer.issuer),
    issuer: issuer.issuer,
    org: issuer.orgId,
    jwks: issuer.jwks === null ? null : { keys: issuer.jwks.keys.map((key) => ({ ...key })) },
    jwksUri: issuer.jwksUri,
    allowPrivateAddress: issuer.privateAddress,
    subjectClaim: issuer.subjectClaim,
  };
}

/** What stands for an issuer in a path. */
export function issuerId(issuer: string): string {
  return Buffer.from(issuer).toString('base64url');
}

/** The issuer that {@link issuerId} made an id of; undefined when it did not make this one. */
export function issuerOf(id: string): string | undefined {
  const issuer = Buffer.from(id, 'base64url').toString();
  return issuerId(issuer) === id && !issuer.includes('\0') ? issuer : undefined;
}

function obeyRules(fields: Fields, context: z.RefinementCtx): void {
  if (!hasKeysOnce(fields)) context.addIssue({ code: 'custom', message: KEYS_ONCE });
  if (fields.jwksUri === undefined) return;
  const url = new URL(fields.jwksUri);
  const fault = (message: string) => context.addIssue({ code: 'custom', path: ['jwksUri'], message });
  if (url.username !== '' || url.password !== '') fault('must be without credentials: everyone who may look sees it');
  // It would not be called: see fetchGuarded, which also looks where names lead. Said here, it is found out earlier.
  if (!fields.allowPrivateAddress && isPrivate(url)) {
    fault('is a private address, which is called only with allowPrivateAddress');
  }
}

function isPrivate({ hostname }: URL): boolean {
  const literal = hostname.replace(/^\[|\]$/g, '');
  return isIP(literal) !== 0 && isPrivateAddress(literal);
}
