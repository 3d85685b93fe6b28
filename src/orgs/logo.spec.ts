import { logoFault } from './logo';

describe('logoFault', () => {
  it.each(['https://cdn.example/logo.png', 'data:image/png;base64,AAAA', 'data:image/svg+xml;base64,PHN2Zy8+'])(
    'takes %s',
    (url) => expect(logoFault(url)).toBeUndefined(),
  );

  it.each([
    'http://cdn.example/logo.png',
    'javascript:alert(1)',
    'data:text/html;base64,AAAA',
    'data:image/svg+xml,<svg onload=alert(1)>',
    'data:image/png;base64,A"A',
    'file:///etc/passwd',
    'https://user:pass@cdn.example/logo.png',
    '/logo.png',
    '',
  ])('refuses %p', (url) => expect(logoFault(url)).toEqual(expect.any(String)));
});
