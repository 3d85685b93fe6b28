import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { GrantRefusal, isGrantRefusal } from '@gatehouse/grant-sdk';
import { createLocalJWKSet, decodeJwt, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { Repository } from 'typeorm';
import { Configuration } from '../config/configuration';
import { IssuerKeys } from './issuer-keys';
import { TrustedIssuerEntity } from './trusted-issuer.entity';

const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];

/** An assertion that lives longer is refused: its `jti` would have to be remembered as long. */
const LONGEST_LIFE_SECONDS = 24 * 3_600;
const CLOCK_TOLERANCE_SECONDS = 30;

export interface Assertion {
  readonly issuer: TrustedIssuerEntity;
  /** Whom it is about, by the claim that the issuer is registered with. */
  readonly subject: string;
  readonly jti: string;
  readonly expiresAt: Date;
}

/** Verifies JWT assertions of trusted issuers: RFC 7523 section 3. */
@Injectable()
export class AssertionVerifier {
  private readonly audiences: string[];

  constructor(
    @InjectRepository(TrustedIssuerEntity) private readonly issuers: Repository<TrustedIssuerEntity>,
    private readonly keys: IssuerKeys,
    { issuers: own }: Configuration,
  ) {
    const tokenEndpoints = ['/oauth2/token', '/csp/gateway/am/api/auth/token', '/SAAS/auth/oauthtoken'];
    this.audiences = [own.oauth, own.csp, own.identityManager, ...tokenEndpoints.map((path) => `${own.oauth}${path}`)];
  }

  /** @throws {GrantRefusal} `invalid_grant` */
  async verify(assertion: string): Promise<Assertion> {
    const issuer = await this.issuerOf(assertion);
    try {
      const { payload } = await jwtVerify(assertion, this.keysOf(issuer), {
        algorithms: ALGORITHMS,
        issuer: issuer.issuer,
        audience: this.audiences,
        requiredClaims: ['exp', 'jti'],
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
      });
      return read(payload, issuer);
    } catch (error) {
      // Not only jose's own errors: a published key that cannot be used fails where it is imported.
      throw isGrantRefusal(error) ? error : refusal(error instanceof Error ? error.message : String(error));
    }
  }

  private async issuerOf(assertion: string): Promise<TrustedIssuerEntity> {
    const iss = issuerClaim(assertion);
    const issuer =
      typeof iss === 'string' && !iss.includes('\0') ? await this.issuers.findOneBy({ issuer: iss }) : null;
    if (issuer === null) throw refusal('its issuer is not registered');
    return issuer;
  }

  private keysOf({ jwks, jwksUri, privateAddress }: TrustedIssuerEntity): JWTVerifyGetKey {
    if (jwks !== null) return createLocalJWKSet(jwks);
    if (jwksUri !== null) return this.keys.at(jwksUri, privateAddress);
    throw refusal('its issuer is registered without keys');
  }
}

function issuerClaim(assertion: string): unknown {
  try {
    return decodeJwt(assertion).iss;
  } catch (error) {
    throw refusal(error instanceof errors.JOSEError ? error.message : 'it is no JWT');
  }
}

function read(payload: JWTPayload, issuer: TrustedIssuerEntity): Assertion {
  const { jti, exp, [issuer.subjectClaim]: subject } = payload;
  if (typeof subject !== 'string' || subject === '' || subject.includes('\0'))
    throw refusal(`it has no text claim ${issuer.subjectClaim}`);
  if (typeof jti !== 'string' || jti === '' || exp === undefined) throw refusal('its jti or exp is no value to use');
  const secondsLeft = exp - Date.now() / 1_000;
  if (secondsLeft > LONGEST_LIFE_SECONDS) throw refusal(`it lives longer than ${LONGEST_LIFE_SECONDS} s`);
  return { issuer, subject, jti, expiresAt: new Date((exp + CLOCK_TOLERANCE_SECONDS) * 1_000) };
}

function refusal(because: string): GrantRefusal {
  return new GrantRefusal('invalid_grant', 'The assertion is not valid.', because);
}
