import { setImmediate as turn } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import type { AuditEvent } from './audit-event';
import { AuditLog } from './audit-log';

/** Commits that end when the test says so. */
class Commits {
  readonly begun: { requests: string[]; end: () => void; fail: (error: Error) => void }[] = [];

  readonly log = new AuditLog({
    query: (_sql: string, [events]: [string]) => this.query(events),
  } as unknown as DataSource);

  private query(events: string): Promise<void> {
    const requests = (JSON.parse(events) as { request_id: string }[]).map(({ request_id }) => request_id);
    return new Promise((resolve, reject) => this.begun.push({ requests, end: resolve, fail: reject }));
  }

  get groups(): string[][] {
    return this.begun.map(({ requests }) => requests);
  }

  append(requestId: string): Promise<string> {
    const event: AuditEvent = { at: new Date(), requestId, action: 'token.issue', outcome: 'allowed' };
    return this.log.append(event).then(
      () => 'committed',
      (error: Error) => error.message,
    );
  }
}

describe('the grouped commit', () => {
  let commits: Commits;
  beforeEach(() => (commits = new Commits()));

  it('has events that come meanwhile share the next one', async () => {
    const all = ['one', 'two', 'three'].map((id) => commits.append(id));
    commits.begun[0]?.end();
    await turn();
    expect(commits.groups).toEqual([['one'], ['two', 'three']]);
    commits.begun[1]?.end();
    expect(await Promise.all(all)).toEqual(['committed', 'committed', 'committed']);
  });

  it('fails alone for what is its own fault', async () => {
    const all = ['one', 'two'].map((id) => commits.append(id));
    commits.begun[0]?.fail(new Error('no such column'));
    await turn();
    commits.begun[1]?.end();
    expect(await Promise.all(all)).toEqual(['no such column', 'committed']);
  });

  it('leaves those alone that wait when one connection is lost', async () => {
    const all = ['one', 'two'].map((id) => commits.append(id));
    commits.begun[0]?.fail(new Error('Connection terminated unexpectedly'));
    await turn();
    commits.begun[1]?.end();
    expect(await Promise.all(all)).toEqual(['Connection terminated unexpectedly', 'committed']);
  });

  it('fails with those that wait when the database took long to be away: none waits for two timeouts', async () => {
    const clock = jest.spyOn(performance, 'now').mockReturnValue(0);
    const all = ['one', 'two', 'three'].map((id) => commits.append(id));
    clock.mockReturnValue(3_000);
    commits.begun[0]?.fail(new Error('Query read timeout'));
    await turn();
    expect(commits.groups).toEqual([['one']]);
    clock.mockRestore();
    const later = commits.append('later');
    expect(commits.groups).toEqual([['one'], ['later']]);
    commits.begun[1]?.end();
    expect(await Promise.all([...all, later])).toEqual([...Array<string>(3).fill('Query read timeout'), 'committed']);
  });
});
