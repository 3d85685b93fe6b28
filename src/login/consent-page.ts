import { Injectable } from '@nestjs/common';
import { OrgStore } from '../orgs/org.store';
import { orgPermission } from '../services/permission-names';
import { ServiceDefinitionStore } from '../services/service-definition.store';
import type { AuthorizationRequest } from './authorization-request';
import type { BrowserRequest } from './browser-request';
import type { Login } from './login';
import { accountName, clientNameOf, LoginPages } from './login-pages';
import { ownUrl } from './own-url';
import type { Page } from './pages/page';

const SERVICE_PERMISSION = /^external\/([^/]+)\/(.+)$/;

/** What a scope of OpenID Connect Core section 5.4 lets a client do. */
const IN_WORDS: Readonly<Record<string, string>> = {
  openid: 'Know who you are: your name, e-mail address and groups',
  profile: 'Read your profile',
  email: 'Read your e-mail address',
  offline_access: 'Stay logged in for you',
};

/** The page that asks whether a client may have what it asks for. */
@Injectable()
export class ConsentPage {
  constructor(
    private readonly orgs: OrgStore,
    private readonly services: ServiceDefinitionStore,
    private readonly pages: LoginPages,
  ) {}

  async of(authorization: AuthorizationRequest, { member, scopes }: Login, request: BrowserRequest): Promise<Page> {
    const { client, form, redirectUri } = authorization;
    const brand = await this.orgs.brandOf(member.org.id);
    const owner = await this.orgs.brandOf(client.orgId);
    return {
      name: 'consent',
      model: {
        clientName: clientNameOf(authorization),
        clientOrg: owner?.displayName ?? client.org.name,
        account: accountName(member.person),
        orgName: brand?.displayName ?? member.org.name,
        permissions: await this.inWords(scopes),
        scope: scopes.join(' '),
        action: ownUrl(request.path, form, {}),
      },
      brand: await this.pages.brandOf(member.org.id),
      leadsTo: redirectUri,
    };
  }

  private async inWords(scopes: readonly string[]): Promise<string[]> {
    const serviceIds = scopes.flatMap((scope) => SERVICE_PERMISSION.exec(scope)?.[1] ?? []);
    const services = serviceIds.length === 0 ? [] : await this.services.findAll([...new Set(serviceIds)]);
    const nameOf = new Map(services.map(({ id, name }) => [id, name]));
    return scopes.map((scope) => {
      const [, service, role] = SERVICE_PERMISSION.exec(scope) ?? [];
      if (service !== undefined && role !== undefined)
        return `Act with your role ${role} in ${nameOf.get(service) ?? service}`;
      if (scope.startsWith(orgPermission(''))) return `Act with your role ${scope.slice(orgPermission('').length)}`;
      return IN_WORDS[scope] ?? `Use ${scope}`;
    });
  }
}
