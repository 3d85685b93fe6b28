import { readLoginName } from './login-name';

describe('readLoginName', () => {
  it.each([
    ['ada', [{ username: 'ada', domain: 'chosen' }]],
    ['  ada ', [{ username: 'ada', domain: 'chosen' }]],
    ['acme.example\\ada', [{ username: 'ada', domain: 'acme.example' }]],
    ['acme.example\\ada@x', [{ username: 'ada@x', domain: 'acme.example' }]],
    [
      'ada@acme.example',
      [
        { username: 'ada@acme.example', domain: 'chosen' },
        { username: 'ada', domain: 'acme.example' },
      ],
    ],
    ['@acme.example', [{ username: '@acme.example', domain: 'chosen' }]],
    ['\\ada', [{ username: '\\ada', domain: 'chosen' }]],
    ['', [{ username: '', domain: 'chosen' }]],
  ])('reads %p', (typed, names) => expect(readLoginName(typed, 'chosen')).toEqual(names));
});
