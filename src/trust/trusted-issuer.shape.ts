import { z } from 'zod';
import { thingId, thingName } from '../database/field-rules';

/** Members of a JWK that nobody but its owner may know (RFC 7518 sections 6.2.2, 6.3.2 and 6.4). */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

const publicKey = z
  .looseObject({ kty: z.string() })
  .refine((jwk) => !PRIVATE_MEMBERS.some((member) => member in jwk), 'must be a public key, without private parts');

/** Someone whose word counts, field by field, as whoever declares it says it. {@link hasKeysOnce} is the other rule. */
export const trustedIssuerShape = z.strictObject({
  issuer: thingName,
  org: thingId.describe('Only members of this org can be asserted.'),
  jwks: z.object({ keys: z.array(publicKey).min(1) }).optional(),
  jwksUri: z.url({ protocol: /^https?$/ }).optional(),
  allowPrivateAddress: z.boolean().default(false).describe('Whether jwksUri may lead to a private address.'),
  subjectClaim: thingName.default('sub').describe('Claim that holds a user id, e-mail address or user name.'),
});

/** Its keys stand either here or elsewhere. */
export function hasKeysOnce({ jwks, jwksUri }: { readonly jwks?: object; readonly jwksUri?: string }): boolean {
  return (jwks === undefined) !== (jwksUri === undefined);
}

export const KEYS_ONCE = 'needs jwks or jwksUri, not both';
