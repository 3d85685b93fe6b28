/** JWS algorithms of RFC 7518 section 3 and RFC 8037 that tokens can be signed with. */
export const SIGNING_ALGS = ['RS256', 'ES256', 'PS256', 'EdDSA'] as const;

export type SigningAlg = (typeof SIGNING_ALGS)[number];
