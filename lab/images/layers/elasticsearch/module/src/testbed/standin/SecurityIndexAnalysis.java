package testbed.standin;

import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.email.UAX29URLEmailTokenizer;
import org.apache.lucene.analysis.miscellaneous.RemoveDuplicatesTokenFilter;
import org.apache.lucene.analysis.pattern.PatternCaptureGroupTokenFilter;
import org.elasticsearch.index.analysis.TokenFilterFactory;
import org.elasticsearch.index.analysis.TokenizerFactory;
import org.elasticsearch.indices.analysis.AnalysisModule.AnalysisProvider;

/** The analysis that the server's own index .security asks for, made of Lucene's parts. Without it that index cannot be created. */
final class SecurityIndexAnalysis {

    static final Map<String, AnalysisProvider<TokenizerFactory>> TOKENIZERS = Map.of(
        "uax_url_email",
        (index, environment, name, settings) -> TokenizerFactory.newFactory(name, UAX29URLEmailTokenizer::new)
    );

    static final Map<String, AnalysisProvider<TokenFilterFactory>> FILTERS = Map.of(
        "unique",
        (index, environment, name, settings) -> filter(name, RemoveDuplicatesTokenFilter::new),
        "pattern_capture",
        (index, environment, name, settings) -> {
            boolean original = settings.getAsBoolean("preserve_original", true);
            Pattern[] patterns = settings.getAsList("patterns").stream().map(Pattern::compile).toArray(Pattern[]::new);
            return filter(name, stream -> new PatternCaptureGroupTokenFilter(stream, original, patterns));
        }
    );

    private SecurityIndexAnalysis() {}

    private static TokenFilterFactory filter(String name, UnaryOperator<TokenStream> create) {
        return new TokenFilterFactory() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public TokenStream create(TokenStream stream) {
                return create.apply(stream);
            }
        };
    }
}
