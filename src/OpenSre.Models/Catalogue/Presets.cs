namespace OpenSre.Models;

/// <summary>
/// Providers that need nothing but a key, or nothing at all. Model names age: configuration names another with
/// <c>model:</c>, the environment with <c>OPENSRE_MODEL=provider/model</c>.
/// </summary>
public static class Presets
{
    /// <summary>In the order in which keys are looked for.</summary>
    public static IReadOnlyList<ModelSettings> All { get; } =
    [
        new() { Name = "anthropic", Provider = "Anthropic", Protocol = ModelProtocol.AnthropicMessages, Model = "claude-sonnet-4-5", BaseUrl = new("https://api.anthropic.com"), KeyVariable = "ANTHROPIC_API_KEY", Window = 200_000, MaxOutput = 8_192, Thinking = 2_048 },
        new() { Name = "openai", Provider = "OpenAI", Protocol = ModelProtocol.OpenAiResponses, Model = "gpt-5-mini", BaseUrl = new("https://api.openai.com/v1"), KeyVariable = "OPENAI_API_KEY", Window = 272_000, MaxOutput = 16_384, Effort = "low" },
        new() { Name = "azure", Provider = "Azure OpenAI", Protocol = ModelProtocol.OpenAiResponses, KeyVariable = "AZURE_OPENAI_API_KEY", KeyHeader = "api-key" },
        new() { Name = "openrouter", Provider = "OpenRouter", Protocol = ModelProtocol.OpenAiChat, Model = "anthropic/claude-sonnet-4.5", BaseUrl = new("https://openrouter.ai/api/v1"), KeyVariable = "OPENROUTER_API_KEY", Window = 200_000 },
        new() { Name = "gemini", Provider = "Gemini", Protocol = ModelProtocol.OpenAiChat, Model = "gemini-2.5-flash", BaseUrl = new("https://generativelanguage.googleapis.com/v1beta/openai"), KeyVariable = "GEMINI_API_KEY", Window = 1_000_000 },
        new() { Name = "groq", Provider = "Groq", Protocol = ModelProtocol.OpenAiChat, Model = "llama-3.3-70b-versatile", BaseUrl = new("https://api.groq.com/openai/v1"), KeyVariable = "GROQ_API_KEY" },
        new() { Name = "deepseek", Provider = "DeepSeek", Protocol = ModelProtocol.OpenAiChat, Model = "deepseek-chat", BaseUrl = new("https://api.deepseek.com/v1"), KeyVariable = "DEEPSEEK_API_KEY" },
        new() { Name = "claude-code", Provider = "Claude Code", Protocol = ModelProtocol.ClaudeCode, Command = ["claude"], Window = 200_000 },
        new() { Name = "codex", Provider = "Codex", Protocol = ModelProtocol.Codex, Command = ["codex"], Window = 200_000 },
        new() { Name = "ollama", Provider = "Ollama", Protocol = ModelProtocol.Ollama, BaseUrl = new("http://127.0.0.1:11434"), Window = 32_768, MaxOutput = 4_096 },
        new() { Name = "vllm", Provider = "vLLM", Protocol = ModelProtocol.OpenAiChat, BaseUrl = new("http://127.0.0.1:8000/v1"), Window = 32_768, MaxOutput = 4_096 },
        new() { Name = "lmstudio", Provider = "LM Studio", Protocol = ModelProtocol.OpenAiChat, BaseUrl = new("http://127.0.0.1:1234/v1"), Window = 32_768, MaxOutput = 4_096 },
        new() { Name = "openai-compatible", Provider = "OpenAI-compatible", Protocol = ModelProtocol.OpenAiChat },
        new() { Name = "acp", Provider = "ACP agent", Protocol = ModelProtocol.Acp },
        ModelSettings.None,
    ];

    public static ModelSettings? Find(string name) => All.FirstOrDefault(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
