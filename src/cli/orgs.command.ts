import { Command } from 'commander';
import { UNCONDITIONAL } from '../admin/entity-tag';
import { newOrg } from '../admin/orgs/org.shape';
import { OrgsAdministration } from '../admin/orgs/orgs-administration';
import { parsed } from '../admin/json-body';
import { everyPage } from './every-page';
import { readJson } from './input';
import { operator } from './operator';
import { printList, printThing } from './output';
import type { RunWithService } from './with-service';

interface Json {
  readonly json: boolean;
}

/** `gatehouse orgs`. */
export function orgsCommand(run: RunWithService): Command {
  const withOrgs = <T>(work: (orgs: OrgsAdministration) => Promise<T>): Promise<T> =>
    run((service) => work(service.get(OrgsAdministration, { strict: false })));
  const orgs = new Command('orgs').description('Organizations.');
  orgs
    .command('list')
    .description('List organizations.')
    .option('--filter <text>', 'part of an id or name')
    .option('--json', 'one JSON text a line', false)
    .action(async ({ filter, json }: Json & { filter?: string }) => {
      const all = await withOrgs((store) => everyPage((query) => store.list({ ...query, filter }, '')));
      printList(all, ['id', 'name', 'displayName', 'disabled'], json);
    });
  orgs
    .command('create')
    .description('Create an organization.')
    .argument('<id>')
    .requiredOption('--name <name>', 'short, for claims such as prn')
    .option('--display-name <name>', 'for people')
    .option('--json', 'print JSON', false)
    .addHelpText('after', '\nExample:\n  gatehouse orgs create acme --name ACME --display-name "Acme Corporation"')
    .action(async (id: string, { name, displayName, json }: Json & { name: string; displayName?: string }) => {
      const org = parsed({ id, name, displayName }, newOrg);
      printThing(await withOrgs((store) => store.create(org, operator())), json);
    });
  orgs
    .command('update')
    .description('Change an organization by a JSON merge patch.')
    .argument('<id>')
    .requiredOption('--from <file>', 'JSON file, - for the standard input')
    .option('--json', 'print JSON', false)
    .addHelpText('after', `\nExample:\n  echo '{"disabled":true}' | gatehouse orgs update acme --from -`)
    .action(async (id: string, { from, json }: Json & { from: string }) => {
      const patch = await readJson(from);
      printThing(await withOrgs((store) => store.change(id, patch, UNCONDITIONAL, operator())), json);
    });
  orgs
    .command('delete')
    .description('Delete an organization with its clients, groups and people.')
    .argument('<id>')
    .requiredOption('--yes', 'I know that nothing brings them back')
    .action((id: string) => withOrgs((store) => store.delete(id, UNCONDITIONAL, operator())));
  return orgs;
}
