import { answersChallenge, isCodeChallenge } from './code-challenge';

// RFC 7636 appendix B.
const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';

describe('answersChallenge', () => {
  it('takes the verifier of RFC 7636 appendix B', () => expect(answersChallenge(CHALLENGE, VERIFIER)).toBe(true));

  it.each([
    ['another verifier', `${VERIFIER.slice(0, -1)}l`],
    ['the challenge itself', CHALLENGE],
    ['one that is too short', VERIFIER.slice(0, 42)],
    ['one that is too long', 'a'.repeat(129)],
    ['characters outside the unreserved ones', `${VERIFIER.slice(0, -1)}=`],
    ['none', ''],
  ])('refuses %s', (_what, verifier) => expect(answersChallenge(CHALLENGE, verifier)).toBe(false));
});

describe('isCodeChallenge', () => {
  it('takes 43 characters of base64url', () => expect(isCodeChallenge(CHALLENGE)).toBe(true));

  it.each([CHALLENGE.slice(1), `${CHALLENGE}A`, `${CHALLENGE.slice(1)}=`, `${CHALLENGE.slice(1)}+`, ''])(
    'refuses %p',
    (challenge) => expect(isCodeChallenge(challenge)).toBe(false),
  );
});
