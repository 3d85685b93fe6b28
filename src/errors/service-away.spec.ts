import { QueryRunnerAlreadyReleasedError, QueryRunnerProviderAlreadyReleasedError } from 'typeorm';
import { isServiceAway } from './service-away';

describe('isServiceAway', () => {
  // TypeORM releases a query runner whose connection is lost, and the next statement of the transaction finds it so.
  it.each([
    ['the runner', new QueryRunnerAlreadyReleasedError()],
    ['its entity manager', new QueryRunnerProviderAlreadyReleasedError()],
  ])('knows a connection that was lost in the middle of a transaction, as %s says it', (_who, error) =>
    expect(isServiceAway(error)).toBe(true),
  );

  it.each([new Error('boom'), new TypeError('undefined is not a function'), undefined])('does not know %p', (error) =>
    expect(isServiceAway(error)).toBe(false),
  );
});
