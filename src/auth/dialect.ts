import type { DialectName } from '@gatehouse/grant-sdk';
import type { GatehouseError } from '../errors/gatehouse-error';
import type { IssuedTokens } from '../tokens/token-issuer';
import type { HttpAnswer } from '../http/http-answer';

/** A browser's session is of no dialect: they all log out here. */
export const LOGOUT_PATH = '/oauth2/logout';

/** Where tokens of every dialect may be asked about and revoked. */
export const INTROSPECTION_PATH = '/oauth2/introspect';
export const REVOCATION_PATH = '/oauth2/revoke';

/** Paths of a dialect's endpoints, by the names that discovery gives them (RFC 8414 section 2). */
export interface EndpointPaths {
  readonly authorization_endpoint: string;
  readonly token_endpoint: string;
  readonly userinfo_endpoint: string;
  readonly introspection_endpoint: string;
  readonly revocation_endpoint: string;
  readonly end_session_endpoint: string;
  readonly jwks_uri: string;
}

/** How the one engine is spoken to: paths, issuer, audience and bodies. It knows no HTTP framework. */
export abstract class Dialect {
  abstract readonly name: DialectName;
  /** Every path of the dialect starts with it. */
  abstract readonly pathPrefix: string;
  /** Issuer of its tokens. */
  abstract readonly issuer: string;
  /** Audience of its access tokens unless the grant decides another. */
  abstract readonly audience: string;
  /** Where the claims that an ID token leaves out can be had. */
  abstract readonly userinfoEndpoint: string;
  abstract readonly endpoints: EndpointPaths;
  /** Every path that takes token requests, the token endpoint's first. */
  abstract readonly tokenPaths: readonly string[];
  /** What becomes of a requested scope that the client lacks. */
  abstract readonly unknownScope: 'refuse' | 'ignore';
  /** May harmless parameters stand in the query of a token request? */
  abstract readonly queryParameters: boolean;

  /** Does a login in a browser give an ID token even without the scope openid? */
  abstract readonly idTokenUnasked: boolean;
  /** Names of the parameter that fills in the user name of the login page (OpenID Connect Core section 3.1.2.1). */
  abstract readonly loginHintNames: readonly string[];

  abstract renderTokens(tokens: IssuedTokens): HttpAnswer;
  abstract renderError(error: GatehouseError, requestId: string): HttpAnswer;
}
