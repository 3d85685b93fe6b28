import { keptSeconds } from './public-keys';

describe('how long a caller may keep the keys', () => {
  it.each([
    [1, 0],
    [41, 20],
    [330, 165],
    [600, 300],
    [86_400, 300],
  ])('which are published for %d seconds before they sign: %d', (publishSeconds, kept) => {
    expect(keptSeconds(publishSeconds)).toBe(kept);
  });
});
