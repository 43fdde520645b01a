/** What a client may say of itself, before it has. */
export const emptyProfile = {
  contact_person: '',
  phone: '',
  whatsapp: '',
  address: '',
  business_type: '',
  tax_number: '',
  closing_at: '',
  email_verified_at: '',
  pending_email: '',
  lang: '',
}
