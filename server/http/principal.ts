/** Who is calling, as the guards in `app.ts` found out. */
export type Scope = 'chat' | 'knowledge' | 'read' | 'erase'

export interface Principal {
  /** key: secret key; session: portal sign-in; public: a visitor's browser with a company_id. */
  via: 'key' | 'session' | 'public'
  clientId: string
  scopes: readonly Scope[]
  /** key_id or the session's stored hash. */
  credentialId: string
}
