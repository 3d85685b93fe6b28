import { ChangeCache } from './change-cache';
import type { ChangeListener } from './changes';

interface Thing {
  readonly id: string;
  readonly org: string;
  readonly inner: { parts: string[] };
}

function thing(id: string, org = 'acme'): Thing {
  return { id, org, inner: { parts: [] } };
}

function aCache(entries = 10) {
  const source = { heard: true, hears: () => source.heard, subscribe: (_listener: ChangeListener) => undefined };
  const cache = new ChangeCache<Thing>(source, {
    entries,
    keyOf: ({ id }) => id,
    restsOn: ({ id, org }) => [`client:${id}`, `org:${org}`],
  });
  let reads = 0;
  const read = (found: Thing | undefined) => () => {
    reads++;
    return Promise.resolve(found);
  };
  return { cache, source, read, reads: () => reads };
}

/** A read that ends when the test says so. */
function slowRead() {
  let end: (found: Thing | undefined) => void = () => undefined;
  const found = new Promise<Thing | undefined>((resolve) => (end = resolve));
  return { read: () => found, end };
}

describe('ChangeCache', () => {
  it('reads once until what it read changes', async () => {
    const { cache, read, reads } = aCache();
    await cache.get('a', read(thing('a')));
    cache.changed('client:b');
    expect(await cache.get('a', read(thing('a')))).toEqual(thing('a'));
    expect(reads()).toBe(1);
    cache.changed('client:a');
    await cache.get('a', read(thing('a')));
    expect(reads()).toBe(2);
  });

  it('drops all that rests on what changes, and nothing else', async () => {
    const { cache, read } = aCache();
    for (const one of [thing('a'), thing('b'), thing('c', 'beta')]) await cache.get(one.id, read(one));
    cache.changed('org:acme');
    expect(['a', 'b', 'c'].map((id) => cache.recall(id)?.id)).toEqual([undefined, undefined, 'c']);
    cache.anythingMayHaveChanged();
    expect(cache.recall('c')).toBeUndefined();
  });

  it('lets those who ask at the same time share one reading', async () => {
    const { cache, read, reads } = aCache();
    const { read: slow, end } = slowRead();
    const asked = [cache.get('a', slow), cache.get('a', read(thing('a'))), cache.get('a', read(thing('a')))];
    end(thing('a'));
    expect(await Promise.all(asked)).toEqual([thing('a'), thing('a'), thing('a')]);
    expect(reads()).toBe(0);
  });

  it.each([
    ['one change', (cache: ChangeCache<Thing>) => cache.changed('client:a')],
    ['a change of what the value turns out to rest on', (cache: ChangeCache<Thing>) => cache.changed('org:acme')],
    ['a loss', (cache: ChangeCache<Thing>) => cache.anythingMayHaveChanged()],
  ])('keeps nothing that was being read during %s, and shares it with nobody from then on', async (_, happen) => {
    const { cache, read } = aCache();
    const { read: slow, end } = slowRead();
    const before = cache.get('a', slow);
    happen(cache);
    const after = await cache.get('a', read(thing('a', 'new')));
    end(thing('a', 'old'));
    expect([(await before)?.org, after?.org, cache.recall('a')?.org]).toEqual(['old', 'new', 'new']);
  });

  it('keeps neither that something is not there nor a failure', async () => {
    const { cache, read } = aCache();
    expect(await cache.get('a', read(undefined))).toBeUndefined();
    await expect(cache.get('a', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(await cache.get('a', read(thing('a')))).toEqual(thing('a'));
  });

  it('keeps as many as it may, those that were asked for last', async () => {
    const { cache, read } = aCache(2);
    for (const id of ['a', 'b']) await cache.get(id, read(thing(id)));
    cache.recall('a');
    await cache.get('c', read(thing('c')));
    expect(['a', 'b', 'c'].map((id) => cache.recall(id)?.id)).toEqual(['a', undefined, 'c']);
    for (let number = 0; number < 100; number++) await cache.get(`n${number}`, read(thing(`n${number}`)));
    expect(Array.from({ length: 100 }, (_, number) => cache.recall(`n${number}`)).filter(Boolean)).toHaveLength(2);
    expect(internals(cache)).toEqual({ kept: 2, keysByTopic: 3, reading: 0 });
  });

  it('reads anew when told to, and keeps that', async () => {
    const { cache, read } = aCache();
    await cache.get('a', read(thing('a', 'old')));
    expect((await cache.readNow(read(thing('a', 'new'))))?.org).toBe('new');
    expect(cache.recall('a')?.org).toBe('new');
    cache.changed('org:old');
    expect(cache.recall('a')?.org).toBe('new');
  });

  it('reads several at once, only those that it does not know', async () => {
    const { cache, read } = aCache();
    await cache.get('a', read(thing('a')));
    const asked: string[][] = [];
    const readAll = (ids: readonly string[]) => {
      asked.push([...ids]);
      return Promise.resolve(ids.filter((id) => id !== 'gone').map((id) => thing(id)));
    };
    const found = await cache.getAll(['a', 'b', 'b', 'gone'], readAll);
    expect(found.map(({ id }) => id)).toEqual(['a', 'b']);
    await cache.getAll(['b', 'a'], readAll);
    expect(asked).toEqual([['b', 'gone']]);
  });

  it('is passed by while changes are not heard of, and by a bound of 0', async () => {
    const { cache, source, read, reads } = aCache();
    await cache.get('a', read(thing('a', 'old')));
    source.heard = false;
    expect(cache.recall('a')).toBeUndefined();
    expect((await cache.get('a', read(thing('a', 'new'))))?.org).toBe('new');
    expect((await cache.getAll(['a'], () => Promise.resolve([thing('a', 'new')])))[0]?.org).toBe('new');
    await cache.get('b', read(thing('b')));
    source.heard = true;
    expect(cache.recall('b')).toBeUndefined(); // who knows what was missed while it was read
    expect(reads()).toBe(3);

    const off = aCache(0);
    for (let turn = 0; turn < 3; turn++) await off.cache.get('a', off.read(thing('a')));
    expect(off.reads()).toBe(3);
  });

  it('gives what nobody can change for the others', async () => {
    const { cache, read } = aCache();
    const value = await cache.get('a', read(thing('a')));
    expect(() => value?.inner.parts.push('mine')).toThrow(TypeError);
  });
});

/** How much it holds, to see that nothing piles up behind what is kept. */
function internals(cache: object): Record<string, number> {
  const held = Object.entries(cache).filter(
    (entry): entry is [string, Map<string, unknown>] => entry[1] instanceof Map,
  );
  return Object.fromEntries(held.map(([name, map]) => [name, map.size]));
}
