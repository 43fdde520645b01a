/** @jsxImportSource react */
import { ParleyChat } from '../react/parley-chat.tsx'

export default function App() {
  return <ParleyChat companyId="YOUR_COMPANY_ID" host="https://parley.example" launcher="Ask us" />
}
