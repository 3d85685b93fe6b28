import { isRegisteredRedirectUri, redirectUriFault } from './redirect-uri';

describe('redirectUriFault', () => {
  it.each([
    'https://app.example.com/callback',
    'https://app.example.com',
    'https://app.example.com:8443/callback?tenant=1&x=%2A',
    'http://localhost:8080/',
    'http://127.0.0.1/callback',
    'http://[::1]/callback',
    'com.example.app:/callback',
    'com.example.app://callback',
    'https://bücher.example/',
  ])('takes %s', (uri) => expect(redirectUriFault(uri)).toBeUndefined());

  it.each([
    ['', /absolute/],
    ['/callback', /absolute/],
    ['//app.example.com/callback', /absolute/],
    ['app.example.com/callback', /absolute/],
    ['https://', /absolute/],
    ['https://app.example.com/call back', /absolute/],
    [' https://app.example.com/', /absolute/],
    ['https://app.example.com/\n', /absolute/],
    ['java\nscript:alert(1)', /absolute/],
    ['javascript:alert(1)', /scheme/],
    ['JavaScript:alert(1)', /scheme/],
    ['javascript://app.example.com/%0Aalert(1)', /scheme/],
    ['\u0001javascript:alert(1)', /./],
    ['data:text/html,<script>alert(1)</script>', /scheme/],
    ['vbscript:x', /scheme/],
    ['file:///etc/passwd', /scheme/],
    ['blob:https://app.example.com/1', /scheme/],
    ['about:blank', /scheme/],
    ['https://app.example.com/#', /fragment/],
    ['https://app.example.com/#token', /fragment/],
    ['https://*.example.com/', /wildcard/],
    ['https://app.example.com/*', /wildcard/],
    ['https://app.example.com@evil.example/', /user name/],
    ['https://:secret@app.example.com/', /user name/],
    // PostgreSQL can hold no NUL, and no control character belongs into a Location header.
    ['https://app.example.com/\0', /./],
    ['https://app.example.com/\u0007', /./],
    ['https://app.example.com/\u007F', /./],
  ])('refuses %j', (uri, fault) => expect(redirectUriFault(uri)).toMatch(fault));
});

describe('isRegisteredRedirectUri', () => {
  const REGISTERED = [
    'https://app.example/callback',
    'https://app.example/callback?tenant=1',
    'http://127.0.0.1/callback',
    'http://127.0.0.1:8080/fixed?x=1',
    'http://[::1]/callback',
    'http://localhost:8080/callback',
    'http://[::1]',
    'com.example.app:/callback',
  ];

  it.each(REGISTERED)('takes %s as it is registered', (uri) =>
    expect(isRegisteredRedirectUri(uri, REGISTERED)).toBe(true),
  );

  it.each([
    'http://127.0.0.1:1/callback',
    'http://127.0.0.1:65535/callback',
    'http://[::1]:49152/callback',
    'http://[::1]:49152',
    'http://127.0.0.1:49152/fixed?x=1',
    'http://127.0.0.1/fixed?x=1',
  ])('takes %s, since a loopback address may have any port', (uri) =>
    expect(isRegisteredRedirectUri(uri, REGISTERED)).toBe(true),
  );

  it.each([
    'https://app.example:443/callback',
    'https://app.example/callback/',
    'https://APP.example/callback',
    'https://app.example/callback?tenant=2',
    'https://app.example/callback?tenant=1&x=1',
    'https://app.example/callback?',
    'https://app.example/callback#',
    'https://app.example/callback\n',
    ' https://app.example/callback',
    'https://app.example/x/../callback',
    'https://app.example/%63allback',
    'https://app.example\\callback',
    '//app.example/callback',
    'com.example.app://callback',
    'com.example.app:/callback:80',
    '',
  ])('refuses %j, which only looks like one', (uri) => expect(isRegisteredRedirectUri(uri, REGISTERED)).toBe(false));

  it.each([
    'http://127.0.0.1:/callback',
    'http://127.0.0.1:65536/callback',
    'http://127.0.0.1:99999/callback',
    'http://127.0.0.1:100000/callback',
    'http://127.0.0.1:-1/callback',
    'http://127.0.0.1:8o/callback',
    'http://127.0.0.1:80:80/callback',
    'http://127.0.0.1:80@evil.example/callback',
    'http://127.0.0.1@evil.example/callback',
    'http://evil.example@127.0.0.1/callback',
    'http://127.0.0.1.evil.example/callback',
    'http://127.0.0.1:80.evil.example/callback',
    'http://127.0.0.1:80\\@evil.example/callback',
    'http://127.0.0.1:80#@evil.example/callback',
    'http://127.0.0.1:80\t/callback',
    'http://127.0.0.1:80/callback#',
    'http://127.0.0.1:80/callback?x=1',
    'http://127.0.0.1:80/other',
    'http://127.0.0.1:80',
    'https://127.0.0.1/callback',
    'https://127.0.0.1:80/callback',
    'HTTP://127.0.0.1:80/callback',
    'http://127.0.0.2:80/callback',
    'http://127.1:80/callback',
    'http://0x7f.0.0.1/callback',
    'http://2130706433/callback',
    'http://[0:0:0:0:0:0:0:1]/callback',
    'http://[::ffff:127.0.0.1]/callback',
    'http://localhost:8081/callback',
    'http://localhost/callback',
  ])('refuses %j, which is no registered loopback address', (uri) =>
    expect(isRegisteredRedirectUri(uri, REGISTERED)).toBe(false),
  );

  it('gives a loopback address with a port no say over one without', () =>
    expect(isRegisteredRedirectUri('http://127.0.0.1:80/callback', ['https://127.0.0.1/callback'])).toBe(false));

  it('knows none when none is registered', () =>
    expect(isRegisteredRedirectUri('https://app.example/callback', [])).toBe(false));
});
