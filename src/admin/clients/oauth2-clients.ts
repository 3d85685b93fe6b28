import { Injectable } from '@nestjs/common';
import type { Administrator } from '../administration';
import type { Conditional } from '../entity-tag';
import { parsed } from '../json-body';
import { listQueryOf, MOST_IN_A_PAGE, type PageOf } from '../paging';
import { newClient } from './client.shape';
import type { ClientKey } from './client-row';
import { ClientsAdministration, type Registered } from './clients-administration';
import {
  clientOf,
  type OAuth2Client,
  OAUTH2_CLIENT_FIELDS,
  showOAuth2Client,
  type ShownOAuth2Client,
} from './oauth2-client.shape';

/** The clients of the administrator's org, as the Identity Manager spells them. */
@Injectable()
export class OAuth2Clients {
  constructor(private readonly clients: ClientsAdministration) {}

  /**
   * With the results once more as `items`: clients of that system look there, and know of no pages, so that they get
   * the largest.
   */
  async list(
    query: object,
    path: string,
    by: Administrator,
  ): Promise<PageOf<ShownOAuth2Client> & { readonly items: readonly ShownOAuth2Client[] }> {
    const asked = listQueryOf({ limit: MOST_IN_A_PAGE, ...query });
    const { results, ...page } = await this.clients.list(by.caller.token.orgId, asked, path);
    const items = results.map(showOAuth2Client);
    return { items, results: items, ...page };
  }

  /** @throws {GatehouseError} as {@link ClientsAdministration.find} */
  async find(clientId: string, by: Administrator): Promise<ShownOAuth2Client> {
    return showOAuth2Client(await this.clients.find(keyOf(clientId, by)));
  }

  /** @throws {GatehouseError} as {@link ClientsAdministration.create} */
  async create(wanted: OAuth2Client, by: Administrator): Promise<Registered<ShownOAuth2Client>> {
    const wish = { ...clientOf(wanted), secret: wanted.secret ?? undefined };
    const { client, once } = await this.clients.create(
      by.caller.token.orgId,
      parsed(wish, newClient, OAUTH2_CLIENT_FIELDS),
      by,
    );
    return { client: showOAuth2Client(client), once };
  }

  /** @throws {GatehouseError} as {@link ClientsAdministration.change} */
  async replace(
    clientId: string,
    wanted: OAuth2Client,
    request: Conditional,
    by: Administrator,
  ): Promise<ShownOAuth2Client> {
    const change = {
      wanted: (present: Parameters<typeof showOAuth2Client>[0]) => clientOf(wanted, present),
      secret: wanted.secret ?? undefined,
      seenAs: showOAuth2Client,
      fields: OAUTH2_CLIENT_FIELDS,
    };
    return showOAuth2Client(await this.clients.change(keyOf(clientId, by), change, request, by));
  }

  /** @throws {GatehouseError} as {@link ClientsAdministration.delete} */
  delete(clientId: string, request: Conditional, by: Administrator): Promise<void> {
    return this.clients.delete(keyOf(clientId, by), request, by, showOAuth2Client);
  }
}

function keyOf(clientId: string, { caller }: Administrator): ClientKey {
  return { orgId: caller.token.orgId, clientId };
}
