import type { DialectName } from './dialect-name';

/** An organization that is not disabled. */
export interface Org {
  readonly id: string;
  readonly name: string;
}

/** The authenticated client that asks. */
export interface GrantClient {
  readonly id: string;
  /** The org that owns the client. */
  readonly org: Org;
  /** Without a secret: it proved nothing but its id. */
  readonly publicClient: boolean;
  /** Further orgs for which the client may obtain tokens in its own name. */
  readonly allowedOrgs: readonly string[];
}

export interface GrantRequest {
  readonly id: string;
  readonly dialect: DialectName;
  /** IP address of the caller, behind trusted proxies the one that they name. */
  readonly address: string;
  readonly receivedAt: Date;
}

export interface OrgLookup {
  /** The org, or undefined when it does not exist or is disabled. */
  find(id: string): Promise<Org | undefined>;
}

/** All that a grant gets to decide with. */
export interface GrantContext<P> {
  /** The grant's own parameters, validated. Every value is the string that the client sent. */
  readonly params: P;
  readonly client: GrantClient;
  readonly request: GrantRequest;
  readonly orgs: OrgLookup;
}
