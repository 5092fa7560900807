/** What llama.cpp calls the tensors that Hugging Face checkpoints have, by the part of the name after `model.layers.N.`. */
const IN_LAYER: Record<string, string> = {
  input_layernorm: 'attn_norm',
  post_attention_layernorm: 'ffn_norm',
  'self_attn.q_proj': 'attn_q',
  'self_attn.k_proj': 'attn_k',
  'self_attn.v_proj': 'attn_v',
  'self_attn.q_norm': 'attn_q_norm',
  'self_attn.k_norm': 'attn_k_norm',
  'self_attn.o_proj': 'attn_output',
  'mlp.gate_proj': 'ffn_gate',
  'mlp.up_proj': 'ffn_up',
  'mlp.down_proj': 'ffn_down',
  'mlp.c_fc': 'ffn_up',
  'mlp.c_proj': 'ffn_down',
};

const OUTSIDE: Record<string, string> = {
  'model.embed_tokens': 'token_embd',
  'model.norm': 'output_norm',
  lm_head: 'output',
};

/** The name in a GGUF file of a tensor of a Hugging Face checkpoint; undefined for one that such files do not have. */
export function ggufName(name: string): string | undefined {
  const [, path, kind] = /^(.*)\.(weight|bias)$/.exec(name) ?? [];
  if (path === undefined) return undefined;
  const [, layer, part] = /^model\.layers\.(\d+)\.(.*)$/.exec(path) ?? [];
  const found = part === undefined ? OUTSIDE[path] : IN_LAYER[part] && `blk.${layer}.${IN_LAYER[part]}`;
  return found && `${found}.${kind}`;
}
