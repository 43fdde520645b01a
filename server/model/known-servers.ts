/** Servers that speak the protocol, with the base URL that each has by default. docs/model.md has the same table. */
import type { ModelSettings } from './wire.ts'

export const knownServers: ModelSettings['known_servers'] = [
  { name: 'OpenAI', base_url: 'https://api.openai.com/v1', needs_key: true, example_model: 'gpt-4.1-mini' },
  {
    name: 'OpenRouter',
    base_url: 'https://openrouter.ai/api/v1',
    needs_key: true,
    example_model: 'mistralai/mistral-small',
  },
  { name: 'Mistral', base_url: 'https://api.mistral.ai/v1', needs_key: true, example_model: 'mistral-small-latest' },
  { name: 'Groq', base_url: 'https://api.groq.com/openai/v1', needs_key: true, example_model: 'llama-3.1-8b-instant' },
  { name: 'Ollama', base_url: 'http://localhost:11434/v1', needs_key: false, example_model: 'llama3.2' },
  { name: 'LM Studio', base_url: 'http://localhost:1234/v1', needs_key: false, example_model: 'qwen2.5-7b-instruct' },
  { name: 'llama.cpp', base_url: 'http://localhost:8080/v1', needs_key: false, example_model: 'default' },
  {
    name: 'vLLM',
    base_url: 'http://localhost:8000/v1',
    needs_key: false,
    example_model: 'meta-llama/Llama-3.1-8B-Instruct',
  },
]
