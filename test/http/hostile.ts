/** Addresses that a guarded fetch must never connect to, in every spelling that a URL, a name server or a redirect can give them. */

/** At least one of every special-purpose block of IPv4 (IANA), its edges included. */
export const guardedIpv4 =
  `0.0.0.0 0.0.0.1 0.255.255.255 10.0.0.0 10.0.0.1 10.1.2.3 10.255.255.255 100.64.0.1 100.100.100.200
100.127.255.255 127.0.0.1 127.0.0.2 127.1.1.1 127.255.255.254 169.254.0.1 169.254.169.254 169.254.170.2 172.16.0.1 172.20.10.2
172.31.255.255 192.0.0.1 192.0.0.170 192.0.0.192 192.0.2.1 192.88.99.1 192.168.0.1 192.168.1.254 192.168.255.255 198.18.0.1
198.19.255.255 198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255 168.63.129.16`.split(/\s+/)

export const guardedIpv6 =
  `:: ::1 ::7f00:1 ::127.0.0.1 ::10.0.0.1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:7f00:1 ::ffff:10.0.0.1
::ffff:169.254.169.254 ::ffff:0:127.0.0.1 ::ffff:8.8.8.8 0:0:0:0:0:ffff:7f00:1 0:0:0:0:0:0:0:1 64:ff9b::7f00:1 64:ff9b::127.0.0.1
64:ff9b::a9fe:a9fe 64:ff9b:1::1 100::1 2001::1 2001:0:7f00:1::1 2001:2::1 2001:10::1 2001:20::1 2001:db8::1 2002:7f00:1::1
2002:a9fe:a9fe::1 2002:c0a8:101:: 3fff::1 3fff:fff::1 5f00::1 fc00::1 fd00::1 fd00:ec2::254 fdff:ffff::1 fe80::1 fe80::a00:1
febf::1 fec0::1 ff01::1 ff02::1 ff0e::1 4000::1 8000::1`.split(/\s+/)

const localNames =
  `localhost LOCALHOST localhost. localhost.. foo.localhost localhost.localdomain ip6-localhost printer router intranet
db metadata metadata.google.internal METADATA.GOOGLE.INTERNAL. instance-data.ec2.internal host.docker.internal gateway.docker.internal
kubernetes.default.svc.cluster.local nas.local server.lan box.home wiki.corp git.intranet app.private x.home.arpa
1.0.0.127.in-addr.arpa abcdefghijklmnop.onion site.test site.invalid`.split(/\s+/)

/** The spellings in which URL parsers have taken an IPv4 address. */
export function spellings(address: string): string[] {
  const parts = address.split('.').map(Number) as [number, number, number, number]
  const [a, b, c, d] = parts
  const whole = ((a * 256 + b) * 256 + c) * 256 + d
  const low24 = (b * 256 + c) * 256 + d
  const low16 = c * 256 + d
  const hex = (n: number) => `0x${n.toString(16)}`
  const octal = (n: number) => `0${n.toString(8)}`
  const wide = (text: string) => text.replace(/[0-9]/g, digit => String.fromCharCode(0xff10 + Number(digit)))
  return [
    address,
    `${address}.`,
    String(whole),
    hex(whole),
    `0X${whole.toString(16).toUpperCase()}`,
    octal(whole),
    `${a}.${low24}`,
    `${a}.${b}.${low16}`,
    parts.map(hex).join('.'),
    parts.map(octal).join('.'),
    parts.map(n => `0x${n.toString(16).padStart(8, '0')}`).join('.'),
    `${octal(a)}.${b}.${hex(c)}.${d}`,
    `${hex(a)}.${low24}`,
    address.replace(/\./g, '%2e'),
    address.replace(/^./, char => `%${char.charCodeAt(0).toString(16)}`),
    wide(address),
    address.replace(/\./g, '。'),
  ]
}

/** Hosts as they stand in a URL. */
export const guardedHosts: readonly string[] = [
  ...guardedIpv4.flatMap(spellings),
  ...guardedIpv6.map(address => `[${address}]`),
  ...guardedIpv6.map(address => `[${address.toUpperCase()}]`),
  ...localNames,
]

/** Whole URLs that are refused for something else than where they lead. `port` is one where something listens. */
export function guardedUrls(port: number): string[] {
  const ports = [
    0, 1, 21, 22, 23, 25, 53, 110, 143, 389, 445, 465, 587, 993, 2375, 3000, 3306, 5002, 5432, 6379, 8080, 8443,
  ]
  return [
    ...[...ports, 9200, 11211, 27017, 65535, port].map(n => `http://www.example.com:${n}/`),
    ...[...ports, port].map(n => `https://93.184.216.34:${n}/`),
    ...[
      'file',
      'ftp',
      'gopher',
      'dict',
      'data',
      'javascript',
      'ws',
      'wss',
      'ldap',
      'tftp',
      'jar',
      'blob',
      'about',
      'view-source',
    ].flatMap(scheme => [
      `${scheme}://127.0.0.1:${port}/`,
      `${scheme}:http://127.0.0.1:${port}/`,
      `${scheme}:///etc/passwd`,
    ]),
    ...['user@', 'user:pass@', ':pass@', 'www.example.com@', 'www.example.com%40', 'www.example.com:80@'].flatMap(
      user => [`http://${user}127.0.0.1:${port}/`, `http://${user}127.0.0.1/`, `https://user:pass@www.example.com/`],
    ),
    ...['\\', '/', '//', '\\\\', '/\\', '\t/', '/\n/'].map(slashes => `http:${slashes}127.0.0.1:${port}/`),
    ...['#@', '?@', '\\@', '%00@', '%0d%0a', ' ', '\u0000', '\uff0f'].map(
      glue => `http://127.0.0.1:${port}${glue}www.example.com/`,
    ),
    `http://127.0.0.1:${port}`,
    `HTTP://LOCALHOST:${port}`,
    `http://www.example.com/${'a'.repeat(2100)}`,
    '',
    'http://',
    'http:///',
    'http://.',
    'http://..',
    'http://%',
    'www.example.com',
    '//www.example.com/',
    '/etc/passwd',
    'http://[::1',
    'http://[fe80::1%25eth0]/',
    'http://256.256.256.256/',
    'http://1.2.3.4.5/',
    'http://0x100000000/',
  ]
}
