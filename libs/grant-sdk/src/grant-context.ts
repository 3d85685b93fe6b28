import type { DialectName } from './dialect-name';
import type { RefusalCode } from './grant-refusal';
import type { PresentedToken } from './presented-token';

/** An organization that is not disabled. */
export interface Org {
  readonly id: string;
  readonly name: string;
}

/** A registered client that is not disabled. */
export interface GrantClient {
  readonly id: string;
  /** The org that owns the client. */
  readonly org: Org;
  /** Without a secret: it proved nothing but its id. */
  readonly publicClient: boolean;
  /** Further orgs for which the client may obtain tokens in its own name. */
  readonly allowedOrgs: readonly string[];
  /** Clients that may act with this one's tokens, by the grant that they do it with. */
  readonly allowedActorsClientDelegate: readonly string[];
  readonly allowedActorsClientExchange: readonly string[];
  readonly allowedActorsAudienceExchange: readonly string[];
}

/** A user that is not disabled. */
export interface Person {
  readonly id: string;
  readonly domain: string;
  readonly username: string;
  readonly email: string;
  readonly givenName: string;
  readonly familyName: string;
  readonly defaultOrgId: string;
  /** Such as `csp:platform_operator`. */
  readonly platformPermissions: readonly string[];
}

export interface GrantRequest {
  readonly id: string;
  readonly dialect: DialectName;
  /** IP address of the caller, behind trusted proxies the one that they name. */
  readonly address: string;
  /** When it reached the service, before anything was done with it. */
  readonly receivedAt: Date;
}

export interface ClientLookup {
  /** The client, or undefined when it is unknown, or it or its org is disabled. */
  find(id: string): Promise<GrantClient | undefined>;
}

export interface PeopleLookup {
  /** The user, or undefined when there is none or it is disabled. */
  find(id: string): Promise<Person | undefined>;
  /** Users with that e-mail address, letter case aside: there may be several. */
  findByEmail(email: string): Promise<readonly Person[]>;
}

export interface TokenLookup {
  /**
   * What an access token of this service says.
   * @param refusal the code to refuse with; `invalid_grant` if not given
   * @throws {GrantRefusal} when it is no access token of this service, has expired, or its login has ended
   */
  verify(accessToken: string, refusal?: RefusalCode): Promise<PresentedToken>;
}

/** All that a grant gets to decide with. */
export interface GrantContext<P> {
  /** The grant's own parameters, validated. Every value is the string that the client sent. */
  readonly params: P;
  readonly client: GrantClient;
  readonly request: GrantRequest;
  readonly people: PeopleLookup;
  readonly clients: ClientLookup;
  readonly tokens: TokenLookup;
}
