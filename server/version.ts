/** Set by the build from package.json; running from source it is told apart. */
declare const PARLEY_VERSION: string | undefined
export const version = typeof PARLEY_VERSION === 'string' ? PARLEY_VERSION : '0.0.0-source'
