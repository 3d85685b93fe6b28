import { Injectable } from '@nestjs/common';
import type { Person } from '@gatehouse/grant-sdk';
import { type Brand, OrgStore } from '../orgs/org.store';
import type { DomainEntity } from '../users/domain.entity';
import { DomainStore } from '../users/domain.store';
import { readLoginName } from '../users/login-name';
import type { AuthorizationRequest } from './authorization-request';
import type { BrowserRequest } from './browser-request';
import { ownUrl } from './own-url';
import type { Page } from './pages/page';

/** Clients of the platform are for everyone; all others for the domains of their own orgs. */
const PLATFORM = 'platform';

/** Value of `domain` by which a user says that the right one is not listed. */
const NO_DOMAIN = '-';

export interface LastTry {
  readonly username: string;
  readonly fault: string;
  /** HTTP status of the page. */
  readonly status: number;
  readonly retryAfterSeconds?: number | undefined;
}

/** The pages that ask who the user is. */
@Injectable()
export class LoginPages {
  constructor(
    private readonly domains: DomainStore,
    private readonly orgs: OrgStore,
  ) {}

  /** The choice of domains, or the login itself where there is nothing to choose. */
  async logIn(authorization: AuthorizationRequest, request: BrowserRequest, lastTry?: LastTry): Promise<Page> {
    const domain = await this.domainOf(authorization);
    if (domain !== undefined || authorization.domain === NO_DOMAIN || lastTry !== undefined) {
      return this.form(authorization, request, domain, lastTry);
    }
    const offered = await this.offered(authorization);
    const [only] = offered;
    if (offered.length < 2 || nameTellsDomain(authorization)) {
      return this.form(authorization, request, offered.length === 1 ? only : undefined, lastTry);
    }
    return this.choice(authorization, request, offered);
  }

  /** The domain that someone logs in with who names none; undefined: the user name has to tell. */
  async presumedDomain(authorization: AuthorizationRequest): Promise<DomainEntity | undefined> {
    const domain = await this.domainOf(authorization);
    if (domain !== undefined || authorization.domain === NO_DOMAIN) return domain;
    const offered = await this.offered(authorization);
    return offered.length === 1 ? offered[0] : undefined;
  }

  async chooseAccount(authorization: AuthorizationRequest, request: BrowserRequest, person: Person): Promise<Page> {
    const prompt = authorization.prompt.filter((value) => value !== 'select_account');
    const href = (values: readonly string[]) =>
      ownUrl(request.path, authorization.form, { prompt: values.length === 0 ? undefined : values.join(' ') });
    return {
      name: 'account',
      model: {
        clientName: clientNameOf(authorization),
        account: accountName(person),
        continueHref: href(prompt),
        otherHref: href([...prompt, 'login']),
      },
      brand: await this.brandOf(authorization.client.orgId),
    };
  }

  /** None for the platform itself: it is no one's brand. */
  async brandOf(orgId: string): Promise<Brand | undefined> {
    return orgId === PLATFORM ? undefined : this.orgs.brandOf(orgId);
  }

  private async form(
    authorization: AuthorizationRequest,
    request: BrowserRequest,
    domain: DomainEntity | undefined,
    lastTry: LastTry | undefined,
  ): Promise<Page> {
    const { form, client, redirectUri, loginHint = '' } = authorization;
    const chosen = domain !== undefined && authorization.domain !== undefined;
    return {
      name: 'login',
      model: {
        clientName: clientNameOf(authorization),
        domain,
        changeDomainHref:
          chosen || authorization.domain === NO_DOMAIN ? ownUrl(request.path, form, { domain: undefined }) : undefined,
        username: lastTry?.username ?? loginHint,
        fault: lastTry?.fault,
        requestId: request.id,
        action: ownUrl(request.path, form, {}),
      },
      status: lastTry?.status ?? 200,
      retryAfterSeconds: lastTry?.retryAfterSeconds,
      brand: await this.brandOf(domain?.orgId ?? client.orgId),
      leadsTo: redirectUri,
    };
  }

  private async choice(
    authorization: AuthorizationRequest,
    request: BrowserRequest,
    offered: readonly DomainEntity[],
  ): Promise<Page> {
    const href = (domain: string) => ownUrl(request.path, authorization.form, { domain });
    return {
      name: 'domain',
      model: {
        clientName: clientNameOf(authorization),
        domains: offered.map(({ name, displayName }) => ({ name, displayName, href: href(name) })),
        otherHref: href(NO_DOMAIN),
      },
      brand: await this.brandOf(authorization.client.orgId),
    };
  }

  /** Named by the request; one that does not exist counts as not named. */
  private async domainOf({ domain }: AuthorizationRequest): Promise<DomainEntity | undefined> {
    return domain === undefined || domain === NO_DOMAIN ? undefined : this.domains.find(domain);
  }

  private offered({ client }: AuthorizationRequest): Promise<DomainEntity[]> {
    return client.orgId === PLATFORM ? this.domains.all() : this.domains.ofOrgs([client.orgId, ...client.allowedOrgs]);
  }
}

export function clientNameOf({ client }: Pick<AuthorizationRequest, 'client'>): string {
  return client.displayName === '' ? client.id : client.displayName;
}

export function accountName({ username, domain }: Person): string {
  return `${username} (${domain})`;
}

function nameTellsDomain({ loginHint }: AuthorizationRequest): boolean {
  return loginHint !== undefined && readLoginName(loginHint, undefined).some(({ domain }) => domain !== undefined);
}
