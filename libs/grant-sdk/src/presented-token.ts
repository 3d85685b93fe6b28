/** Who acts, innermost last: the `act` claim of RFC 8693 section 4.1. */
export interface Actor {
  /** As in the csp dialect's `sub`: `<domain>:<user id>`, or `:<client id>`. */
  readonly sub: string;
  readonly act?: Actor;
}

/** A verified access token of this service. */
export interface PresentedToken {
  readonly jti: string;
  /** The client that it was issued to. */
  readonly clientId: string;
  readonly subject: { readonly kind: 'client' | 'user'; readonly id: string };
  readonly orgId: string;
  /** The client that it is for, where it was exchanged for one. */
  readonly audience?: string;
  readonly scopes: readonly string[];
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  /** When the user proved who it is. */
  readonly authTime: Date;
  readonly actor?: Actor;
  /** The login that it comes from; absent where nobody logged in. */
  readonly session?: string;
}
