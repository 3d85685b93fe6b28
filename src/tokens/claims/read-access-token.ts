import type { Actor, PresentedToken } from '@gatehouse/grant-sdk';
import { z } from 'zod';
import { issuedAtOf } from '../token-id';

const actor: z.ZodType<Actor> = z.lazy(() => z.object({ sub: z.string(), act: actor.optional() }));

const common = z.object({
  jti: z.string(),
  iat: z.number(),
  exp: z.number(),
  auth_time: z.number().optional(),
  sid: z.string().optional(),
  act: actor.optional(),
});

const csp = common.extend({
  sub: z.string(),
  azp: z.string(),
  context: z.string(),
  scope: z.string(),
  perms: z.array(z.string()),
});

const identityManager = common.extend({
  prn_type: z.enum(['USER', 'SERVICE']),
  sub: z.string(),
  cid: z.string(),
  scp: z.string(),
  org_id: z.string(),
});

const oauth = common.extend({ sub: z.string(), client_id: z.string(), scope: z.string(), org_id: z.string() });

/**
 * What verified claims say, if they are those of an access token: the inverse of the claims functions beside this file.
 * ID tokens have none of these shapes.
 * @param typ of the JWS header
 */
export function readAccessToken(claims: object, typ: string | undefined): PresentedToken | undefined {
  if (typ === 'at+jwt') return readOAuth(claims);
  return 'prn' in claims ? readIdentityManager(claims) : readCsp(claims);
}

function readCsp(claims: object): PresentedToken | undefined {
  const { success, data } = csp.safeParse(claims);
  if (!success) return undefined;
  const colon = data.sub.indexOf(':');
  const kind = colon === 0 ? 'client' : 'user';
  return {
    ...commonOf(data),
    clientId: data.azp,
    subject: { kind, id: data.sub.slice(colon + 1) },
    orgId: data.context,
    scopes: scopesOf(data.scope),
  };
}

function readIdentityManager(claims: object): PresentedToken | undefined {
  const { success, data } = identityManager.safeParse(claims);
  if (!success) return undefined;
  return {
    ...commonOf(data),
    clientId: data.cid,
    subject: { kind: data.prn_type === 'USER' ? 'user' : 'client', id: data.sub },
    orgId: data.org_id,
    scopes: scopesOf(data.scp),
  };
}

function readOAuth(claims: object): PresentedToken | undefined {
  const { success, data } = oauth.safeParse(claims);
  if (!success) return undefined;
  return {
    ...commonOf(data),
    clientId: data.client_id,
    // No user ever has the id of a client.
    subject: { kind: data.sub === data.client_id ? 'client' : 'user', id: data.sub },
    orgId: data.org_id,
    scopes: scopesOf(data.scope),
  };
}

function commonOf({ jti, iat, exp, auth_time: authTime, sid, act }: z.infer<typeof common>) {
  return {
    jti,
    issuedAt: issuedAtOf(jti, iat),
    expiresAt: new Date(exp * 1_000),
    authTime: new Date((authTime ?? iat) * 1_000),
    ...(sid === undefined ? {} : { session: sid }),
    ...(act === undefined ? {} : { actor: act }),
  };
}

function scopesOf(text: string): string[] {
  return text.split(' ').filter((scope) => scope !== '');
}
