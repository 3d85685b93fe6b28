import type { RefusalCode } from '@gatehouse/grant-sdk';

/**
 * `error` values of RFC 6749 sections 4.1.2.1 and 5.2, RFC 8693 section 2.2.2, RFC 6750 section 3.1 and OpenID Connect
 * Core section 3.1.2.6.
 */
export type OAuthError =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'invalid_scope'
  | 'invalid_target'
  | 'invalid_token'
  | 'insufficient_scope'
  | 'access_denied'
  | 'login_required'
  | 'consent_required'
  | 'unsupported_response_type'
  | 'request_not_supported'
  | 'request_uri_not_supported'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'server_error'
  | 'temporarily_unavailable';

type Dotted = `${number}.${number}`;

interface Entry {
  /** When the error is given. */
  readonly meaning: string;
  /** What the caller can do about it. */
  readonly remedy: string;
  /** In the oauth and identity-manager dialects. */
  readonly oauth: readonly [status: number, error: OAuthError];
  /** In the csp dialect: `module.service`, an inner cause joined by a dash. The numbers never change their meaning. */
  readonly csp: readonly [status: number, cspErrorCode: Dotted | `${Dotted}-${Dotted}`];
}

/**
 * Every error that leaves the service: the filter, the OpenAPI document and docs/errors.md are made from this table.
 * Statuses stand here and nowhere else.
 */
export const CATALOGUE = {
  invalid_request: {
    meaning: 'A parameter is missing, repeated or malformed, or the request is no valid HTTP.',
    remedy: 'Correct what the message names; sending the same again cannot succeed.',
    oauth: [400, 'invalid_request'],
    csp: [400, '540.100'],
  },
  invalid_client: {
    meaning: 'The client is unknown or disabled, or its secret is wrong or expired.',
    remedy: 'Check the client id, the secret and the Authorization header.',
    oauth: [401, 'invalid_client'],
    csp: [400, '540.110'],
  },
  invalid_grant: {
    meaning: 'What the client exchanges is wrong, expired, used or was given to another client.',
    remedy: 'Obtain a new one, for example by a new login.',
    oauth: [400, 'invalid_grant'],
    csp: [400, '540.120'],
  },
  invalid_refresh_token: {
    meaning: 'The refresh token is unknown, expired or revoked, or belongs to another client.',
    remedy: 'Log in again; the old refresh token never works again.',
    oauth: [400, 'invalid_grant'],
    csp: [400, '540.120-340.800'],
  },
  unsupported_grant_type: {
    meaning: 'No grant of this grant_type exists at this endpoint.',
    remedy: 'Use a grant_type that the discovery document lists.',
    oauth: [400, 'unsupported_grant_type'],
    csp: [400, '540.130'],
  },
  unauthorized_client: {
    meaning:
      'The grant is not switched on for this client, a public client asked what only others may, or the service has no key for the signingAlg of the client.',
    remedy:
      "Ask the client's organization to add the grant to its grantTypes, for a client with a secret, or for another signingAlg.",
    oauth: [400, 'unauthorized_client'],
    csp: [400, '540.140'],
  },
  invalid_scope: {
    meaning: 'A scope or permission was asked for that the client or the subject does not have.',
    remedy: 'Ask only for what the client is registered with.',
    oauth: [400, 'invalid_scope'],
    csp: [400, '540.150'],
  },
  invalid_target: {
    meaning: 'The audience asked for is unknown or not allowed.',
    remedy: 'Ask for an audience that the client may use.',
    oauth: [400, 'invalid_target'],
    csp: [400, '540.160'],
  },
  invalid_token: {
    meaning: 'The access token is missing, malformed, expired or revoked, or is not an access token of this service.',
    remedy: 'Obtain a new access token, and send it as Authorization: Bearer.',
    oauth: [401, 'invalid_token'],
    csp: [401, '540.170'],
  },
  insufficient_scope: {
    meaning: 'The access token is good, but not for this.',
    remedy: 'Obtain a token with the scope that the message names.',
    oauth: [403, 'insufficient_scope'],
    csp: [403, '540.320'],
  },
  access_denied: {
    meaning: 'The user refused, or has no part in the organization that the login is for.',
    remedy: 'Let the user log in again, perhaps as someone else.',
    oauth: [403, 'access_denied'],
    csp: [403, '540.310'],
  },
  login_required: {
    meaning: 'The user is not logged in, and prompt=none forbids to ask.',
    remedy: 'Ask again without prompt=none.',
    oauth: [400, 'login_required'],
    csp: [400, '540.180'],
  },
  consent_required: {
    meaning: 'The user has not agreed to what the client asks for, and prompt=none forbids to ask.',
    remedy: 'Ask again without prompt=none.',
    oauth: [400, 'consent_required'],
    csp: [400, '540.181'],
  },
  unsupported_response_type: {
    meaning: 'The authorization request asks for something other than a code.',
    remedy: 'Send response_type=code.',
    oauth: [400, 'unsupported_response_type'],
    csp: [400, '540.182'],
  },
  request_not_supported: {
    meaning: 'The authorization request is in a request object.',
    remedy: 'Send its parameters as they are.',
    oauth: [400, 'request_not_supported'],
    csp: [400, '540.183'],
  },
  request_uri_not_supported: {
    meaning: 'The authorization request is somewhere else.',
    remedy: 'Send its parameters as they are.',
    oauth: [400, 'request_uri_not_supported'],
    csp: [400, '540.184'],
  },
  form_expired: {
    meaning: 'A form of the login pages came from another site, or from before the last login in this browser.',
    remedy: 'Go back to the application and log in again.',
    oauth: [403, 'invalid_request'],
    csp: [403, '540.330'],
  },
  forbidden: {
    meaning: 'The client or the actor may not act for this subject.',
    remedy: 'Ask the other client to list yours among its allowed actors, or an operator for the permission.',
    oauth: [400, 'unauthorized_client'],
    csp: [403, '540.300'],
  },
  org_not_found: {
    meaning: 'The organization does not exist, or the subject or client has no part in it.',
    remedy: 'Check the organization id.',
    oauth: [400, 'invalid_request'],
    csp: [404, '540.400-240.400'],
  },
  not_found: {
    meaning: 'Nothing answers at this path.',
    remedy: 'Compare the path with the API documentation.',
    oauth: [404, 'invalid_request'],
    csp: [404, '140.404'],
  },
  method_not_allowed: {
    meaning: 'The path exists, the method does not.',
    remedy: 'Use a method of the Allow header.',
    oauth: [405, 'invalid_request'],
    csp: [405, '140.405'],
  },
  request_timeout: {
    meaning: 'The request did not arrive completely in time.',
    remedy: 'Send it again, without pauses.',
    oauth: [408, 'invalid_request'],
    csp: [408, '140.408'],
  },
  conflict: {
    meaning: 'The thing exists already, or is being changed or deleted just now.',
    remedy: 'Read the present state, then decide again.',
    oauth: [400, 'invalid_request'],
    csp: [409, '540.409'],
  },
  state_conflict: {
    meaning: 'What is administered exists already, is in use, or is being deleted just now.',
    remedy: 'Read the present state, then decide again.',
    oauth: [409, 'invalid_request'],
    csp: [409, '540.409'],
  },
  precondition_failed: {
    meaning: 'The thing is no longer what If-Match says: someone changed it.',
    remedy: 'Read it again, then decide anew.',
    oauth: [412, 'invalid_request'],
    csp: [412, '540.412'],
  },
  payload_too_large: {
    meaning: 'The body is larger than this endpoint takes.',
    remedy: 'Send less.',
    oauth: [413, 'invalid_request'],
    csp: [413, '140.413'],
  },
  unsupported_media_type: {
    meaning: 'The body has a content type, charset or encoding that this endpoint does not take.',
    remedy: 'Send application/x-www-form-urlencoded in UTF-8, not compressed.',
    oauth: [415, 'invalid_request'],
    csp: [415, '140.415'],
  },
  headers_too_large: {
    meaning: 'The request headers are larger than the server takes.',
    remedy: 'Send less, for example fewer cookies.',
    oauth: [431, 'invalid_request'],
    csp: [431, '140.431'],
  },
  too_many_requests: {
    meaning: 'A limit on requests or on failed attempts is reached.',
    remedy: 'Wait as many seconds as Retry-After says.',
    oauth: [429, 'temporarily_unavailable'],
    csp: [429, '140.429'],
  },
  server_error: {
    meaning: 'The service failed; the cause is in its log and audit trail under the request id.',
    remedy: 'Try again; if it stays, tell the IAM team the request id.',
    oauth: [500, 'server_error'],
    csp: [500, '140.500'],
  },
  unavailable: {
    meaning: 'The service cannot work just now, for example because its database is away. Nothing was consumed.',
    remedy: 'Send the same request again after as many seconds as Retry-After says.',
    oauth: [503, 'temporarily_unavailable'],
    csp: [503, '140.503'],
  },
} as const satisfies Record<RefusalCode, Entry> & Record<string, Entry>;

export type ErrorCode = keyof typeof CATALOGUE;
