import { Command } from 'commander';
import { newClient } from '../admin/clients/client.shape';
import { ClientSecrets } from '../admin/clients/client-secrets';
import { rotatedSecret } from '../admin/clients/client-secret.shape';
import { ClientsAdministration } from '../admin/clients/clients-administration';
import { UNCONDITIONAL } from '../admin/entity-tag';
import { parsed } from '../admin/json-body';
import { mergePatch } from '../admin/merge-patch';
import { everyPage } from './every-page';
import { readJson } from './input';
import { operator } from './operator';
import { printList, printThing } from './output';
import type { RunWithService } from './with-service';

interface Options {
  readonly org: string;
  readonly json: boolean;
}

interface Registration extends Options {
  readonly from?: string;
  readonly displayName?: string;
  readonly grant?: string[];
  readonly redirectUri?: string[];
  readonly scope?: string[];
  readonly public?: boolean;
}

/** `gatehouse clients`. */
export function clientsCommand(run: RunWithService): Command {
  const clients = new Command('clients').description('OAuth clients of an organization.');
  const withClients = <T>(work: (store: ClientsAdministration) => Promise<T>): Promise<T> =>
    run((service) => work(service.get(ClientsAdministration, { strict: false })));
  const withSecrets = <T>(work: (store: ClientSecrets) => Promise<T>): Promise<T> =>
    run((service) => work(service.get(ClientSecrets, { strict: false })));
  const command = (name: string, description: string) =>
    clients
      .command(name)
      .description(description)
      .requiredOption('--org <id>', 'the organization that owns the client')
      .option('--json', 'print JSON', false);

  command('list', 'List clients.')
    .option('--filter <text>', 'part of an id or name')
    .action(async ({ org, filter, json }: Options & { filter?: string }) => {
      const all = await withClients((store) => everyPage((query) => store.list(org, { ...query, filter }, '')));
      printList(all, ['id', 'displayName', 'grantTypes', 'disabled'], json);
    });
  command('create', 'Register a client; a confidential one gets a secret, which is printed once.')
    .argument('<id>')
    .option('--from <file>', 'JSON file with the settings, - for the standard input; options add to it')
    .option('--display-name <name>', 'for people')
    .option('--grant <types...>', 'grant types to switch on')
    .option('--redirect-uri <uris...>', 'where logins may lead')
    .option('--scope <scopes...>', 'general scopes, such as openid')
    .option('--public', 'without a secret')
    .addHelpText(
      'after',
      '\nExample:\n  gatehouse clients create nightly-job --org acme --grant client_credentials --scope openid --json | jq -r .secret',
    )
    .action(async (id: string, options: Registration) => {
      const settings = options.from === undefined ? {} : await readJson(options.from);
      const client = parsed(mergePatch(settings, { id, ...namedSettings(options) }), newClient);
      const registered = await withClients((store) => store.create(options.org, client, operator()));
      printThing({ ...registered.client, ...registered.once }, options.json);
    });
  command('update', 'Change a client by a JSON merge patch.')
    .argument('<id>')
    .requiredOption('--from <file>', 'JSON file, - for the standard input')
    .addHelpText('after', `\nExample:\n  echo '{"disabled":true}' | gatehouse clients update web --org acme --from -`)
    .action(async (clientId: string, { org, from, json }: Options & { from: string }) => {
      const patch = await readJson(from);
      const wanted = (present: object) => mergePatch(present, patch);
      const key = { orgId: org, clientId };
      printThing(await withClients((store) => store.change(key, { wanted }, UNCONDITIONAL, operator())), json);
    });
  command('delete', 'Delete a client, and end its logins.')
    .argument('<id>')
    .requiredOption('--yes', 'I know that nothing brings it back')
    .action((clientId: string, { org }: Options) =>
      withClients((store) => store.delete({ orgId: org, clientId }, UNCONDITIONAL, operator())),
    );
  command('secrets', 'Which secrets a client has, and when each was last used.')
    .argument('<id>')
    .action(async (clientId: string, { org, json }: Options) => {
      const secrets = await withSecrets((store) => store.list({ orgId: org, clientId }));
      printList(secrets, ['id', 'createdAt', 'expiresAt', 'lastUsedAt'], json);
    });
  command('rotate-secret', 'Add a secret, which is printed once; those of before live on for a while.')
    .argument('<id>')
    .option('--overlap <seconds>', 'how long; default: two days')
    .addHelpText(
      'after',
      '\nExample:\n  gatehouse clients rotate-secret web --org acme --overlap 3600 --json | jq -r .secret',
    )
    .action(async (clientId: string, { org, overlap, json }: Options & { overlap?: string }) => {
      const seconds = overlap === undefined ? {} : { secretRotationExpirationInSeconds: Number(overlap) };
      const wanted = parsed(seconds, rotatedSecret);
      printThing(await withSecrets((store) => store.rotate({ orgId: org, clientId }, wanted, operator())), json);
    });
  return clients;
}

function namedSettings({ displayName, grant, redirectUri, scope, public: publicClient }: Registration) {
  return {
    ...(displayName === undefined ? {} : { displayName }),
    ...(grant === undefined ? {} : { grantTypes: grant }),
    ...(redirectUri === undefined ? {} : { redirectUris: redirectUri }),
    ...(scope === undefined ? {} : { allowedScopes: { generalScopes: scope } }),
    ...(publicClient === undefined ? {} : { publicClient }),
  };
}
