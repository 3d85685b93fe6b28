import { contentSecurityOf } from './content-security';

describe('contentSecurityOf', () => {
  it('allows nothing beyond the page itself', () =>
    expect(contentSecurityOf({})).toEqual({
      'default-src': ["'none'"],
      'style-src': ["'self'"],
      'img-src': ["'self'"],
      'base-uri': ["'none'"],
      'form-action': ["'self'"],
      'frame-ancestors': ["'none'"],
    }));

  it.each([
    ['https://app.example/callback?x=1;script-src *', 'https://app.example'],
    ['https://app.example:8443/callback', 'https://app.example:8443'],
    ['http://127.0.0.1:49152/callback', 'http://127.0.0.1:49152'],
    ['http://[::1]:49152/callback', 'http:'],
    ['com.example.app:/callback', 'com.example.app:'],
  ])('lets a form lead to %s', (leadsTo, source) =>
    expect(contentSecurityOf({ leadsTo })['form-action']).toEqual(["'self'", source]),
  );

  it.each([
    ['https://cdn.example/logo.png', 'https://cdn.example'],
    ['data:image/png;base64,AAAA', 'data:'],
  ])('shows the logo %s', (logo, source) =>
    expect(contentSecurityOf({ brand: { displayName: 'Acme', logo } })['img-src']).toEqual(["'self'", source]),
  );
});
