import type { Actor } from './presented-token';

/** Whom the token speaks for: the client itself, or a user by its id. */
export type Subject = { readonly kind: 'client' } | { readonly kind: 'user'; readonly id: string };

/**
 * The login that the tokens belong to: when it ends, they end.
 *
 * - `begin`: a new one, with a refresh token if the client may have those; it ends at the latest when its `parent` does.
 * - `continue`: the one whose refresh token was presented.
 * - `join`: an existing one, without a refresh token.
 */
export type Session =
  | {
      readonly kind: 'begin';
      /** Made by `newLoginId`, for a grant that wants to find the login again. Absent: a new one. */
      readonly id?: string;
      readonly parent?: string | undefined;
      readonly longestSeconds?: number;
      /** Where the user logged in at the service's own pages: a logout there ends this login, too. */
      readonly browserSession?: string;
    }
  | {
      readonly kind: 'continue';
      readonly id: string;
      readonly refreshToken: string;
      /** Whether it was redeemed before, and has a successor. */
      readonly redeemed?: boolean;
    }
  | { readonly kind: 'join'; readonly id: string };

/**
 * Something that may be used once, by its kind and id. The service marks it used in the transaction that issues the
 * token; of parallel requests that consume the same one, exactly one succeeds.
 */
export interface Consumption {
  readonly kind: string;
  readonly id: string;
  /** After this moment the thing could not be used anyway, so that its mark may be forgotten. */
  readonly until: Date;
}

/** A grant's "yes". The service narrows it further (client, request), then signs, stores and records. */
export interface GrantDecision {
  readonly subject: Subject;
  /** The org that the token is for. The service refuses when the subject has no part in it. */
  readonly orgId: string;
  /** Who acts for the subject. */
  readonly actor?: Actor | undefined;
  /** The widest scope that the token may have. Absent: whatever the client has. */
  readonly scopes?: readonly string[];
  /** Whether {@link scopes} leaves the subject's permissions alone, as when they are worked out anew for another org. */
  readonly permissionsAnew?: boolean;
  /** Longest lifetime of the access token in seconds. Absent: the client's own lifetime decides. */
  readonly longestSeconds?: number;
  /** The token expires at this moment at the latest. */
  readonly expiresNoLaterThan?: Date;
  /** Absent: the token belongs to no login, and there is no refresh token. */
  readonly session?: Session | undefined;
  /** Whether the user logged in at the service's own pages, where the client may count on an ID token. */
  readonly interactive?: boolean;
  /** What the client sent to recognise the ID token by (OpenID Connect Core section 2). */
  readonly nonce?: string | undefined;
  /** When the user proved who it is. Absent: just now. */
  readonly authTime?: Date;
  /** What is issued. Absent: an access token. */
  readonly issue?: 'access_token' | 'id_token';
  /** Whether another token was given for it, so that the answer tells its kind (RFC 8693 section 2.2.1). */
  readonly exchange?: boolean;
  /** Absent: the audience of the dialect. */
  readonly audience?: string | undefined;
  readonly consume?: readonly Consumption[];
  /** Why, for the audit event. */
  readonly reason?: string | undefined;
}
