import { Command } from 'commander';
import { PartitionKeeper } from '../retention/partition-keeper';
import { PartitionList } from '../retention/partition-list';
import { operator } from './operator';
import { printList, printThing } from './output';
import type { RunWithService } from './with-service';

interface Json {
  readonly json: boolean;
}

/** `gatehouse partitions`. */
export function partitionsCommand(run: RunWithService): Command {
  const partitions = new Command('partitions').description('The parts, by time, of the tables of rows that expire.');
  partitions
    .command('list')
    .description('List the partitions: from when to when, their size with indexes, and about how many rows they have.')
    .option('--json', 'one JSON text a line', false)
    .addHelpText('after', '\nExample:\n  gatehouse partitions list')
    .action(async ({ json }: Json) => {
      const all = await run((service) => service.get(PartitionList, { strict: false }).read());
      printList(all, ['name', 'from', 'to', 'bytes', 'rows'], json);
    });
  partitions
    .command('keep')
    .description('Make the partitions to come, and drop those whose time is over. The service does so every hour.')
    .option('--force', 'drop audit events also where the clock may have run ahead, or the trail was changed', false)
    .option('--json', 'print JSON', false)
    .addHelpText('after', '\n`busy: true`: another process is at it.\n\nExample:\n  gatehouse partitions keep')
    .action(async ({ force, json }: Json & { force: boolean }) => {
      const { requestId, caller } = operator();
      const kept = await run((service) =>
        service.get(PartitionKeeper, { strict: false }).keep({ requestId, actor: caller.name, force }),
      );
      if (kept.failed.length > 0) process.exitCode = 1;
      printThing(kept, json);
    });
  return partitions;
}
