import { Injectable } from '@nestjs/common';
import { compactVerify, errors } from 'jose';
import { z } from 'zod';
import { Configuration } from '../config/configuration';
import { KeyRing } from '../keys/key-ring';
import { SIGNING_ALGS } from '../keys/signing-alg';
import { readAccessToken } from './claims/read-access-token';
import { publicKeyOf } from './token-verifier';

/** What an ID token of this service says about the login that it came from. */
export interface IdTokenHint {
  /** The client that it was issued to. */
  readonly clientId: string;
  readonly userId: string;
  /** The login; absent where an exchange gave the token without one. */
  readonly login: string | undefined;
}

const claims = z.object({
  iss: z.string(),
  sub: z.string(),
  azp: z.string(),
  auth_time: z.number(),
  sid: z.uuid().optional(),
  /** Only the csp dialect has it, and a domain before the id in `sub`. */
  context: z.string().optional(),
});

/** Reads ID tokens that come back as a hint whom to log out. */
@Injectable()
export class IdTokenReader {
  private readonly issuers: string[];

  constructor(
    private readonly keys: KeyRing,
    { issuers }: Configuration,
  ) {
    this.issuers = [issuers.oauth, issuers.csp, issuers.identityManager];
  }

  /**
   * An expired one counts, too: OpenID Connect RP-Initiated Logout section 2.
   * @returns undefined when it is no ID token of this service
   */
  async read(idToken: string): Promise<IdTokenHint | undefined> {
    try {
      const { payload, protectedHeader } = await compactVerify(
        idToken,
        (header, jws) => publicKeyOf(this.keys, header, jws),
        { algorithms: [...SIGNING_ALGS] },
      );
      return this.hintOf(JSON.parse(Buffer.from(payload).toString()), protectedHeader.typ);
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof SyntaxError) return undefined;
      throw error;
    }
  }

  private hintOf(payload: unknown, typ: string | undefined): IdTokenHint | undefined {
    const { success, data } = claims.safeParse(payload);
    if (!success || !this.issuers.includes(data.iss)) return undefined;
    if (readAccessToken(z.looseObject({}).parse(payload), typ) !== undefined) return undefined;
    const userId = data.context === undefined ? data.sub : data.sub.slice(data.sub.indexOf(':') + 1);
    return { clientId: data.azp, userId, login: data.sid };
  }
}
