import { redirectUriFault } from './redirect-uri';

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
