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

  it.each([
    ...['25006', '25P03', '25P04', '40001', '40P01', '53100', '53200', '53300', '57014', '57P01', '57P05', '08006'],
    ...['ECONNREFUSED', 'ERR_STREAM_DESTROYED', 'ENETDOWN', 'EADDRNOTAVAIL'],
  ])('knows the code %s', (code) => expect(isServiceAway(Object.assign(new Error('no'), { code }))).toBe(true));

  it.each(['23505', '42P01', '22P02', 'ENOENT', 'ERR_INVALID_ARG_TYPE'])('does not mistake the code %s', (code) =>
    expect(isServiceAway(Object.assign(new Error('no'), { code }))).toBe(false),
  );

  it.each([new Error('boom'), new TypeError('undefined is not a function'), undefined])('does not know %p', (error) =>
    expect(isServiceAway(error)).toBe(false),
  );
});
