package studyindex.devnode;

import static java.util.Map.entry;

import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.cjk.CJKWidthFilter;
import org.apache.lucene.analysis.core.UpperCaseFilter;
import org.apache.lucene.analysis.de.GermanLightStemFilter;
import org.apache.lucene.analysis.de.GermanMinimalStemFilter;
import org.apache.lucene.analysis.de.GermanNormalizationFilter;
import org.apache.lucene.analysis.el.GreekLowerCaseFilter;
import org.apache.lucene.analysis.el.GreekStemFilter;
import org.apache.lucene.analysis.en.EnglishMinimalStemFilter;
import org.apache.lucene.analysis.en.EnglishPossessiveFilter;
import org.apache.lucene.analysis.en.KStemFilter;
import org.apache.lucene.analysis.en.PorterStemFilter;
import org.apache.lucene.analysis.es.SpanishLightStemFilter;
import org.apache.lucene.analysis.fi.FinnishLightStemFilter;
import org.apache.lucene.analysis.fr.FrenchLightStemFilter;
import org.apache.lucene.analysis.fr.FrenchMinimalStemFilter;
import org.apache.lucene.analysis.it.ItalianLightStemFilter;
import org.apache.lucene.analysis.miscellaneous.ASCIIFoldingFilter;
import org.apache.lucene.analysis.miscellaneous.ScandinavianFoldingFilter;
import org.apache.lucene.analysis.miscellaneous.ScandinavianNormalizationFilter;
import org.apache.lucene.analysis.miscellaneous.TrimFilter;
import org.apache.lucene.analysis.no.NorwegianLightStemFilter;
import org.apache.lucene.analysis.no.NorwegianMinimalStemFilter;
import org.apache.lucene.analysis.pt.PortugueseLightStemFilter;
import org.apache.lucene.analysis.pt.PortugueseMinimalStemFilter;
import org.apache.lucene.analysis.snowball.SnowballFilter;
import org.apache.lucene.analysis.sv.SwedishLightStemFilter;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.index.analysis.AbstractTokenFilterFactory;
import org.elasticsearch.index.analysis.NormalizingTokenFilterFactory;
import org.elasticsearch.index.analysis.PreConfiguredTokenFilter;
import org.elasticsearch.index.analysis.TokenFilterFactory;
import org.elasticsearch.indices.analysis.AnalysisModule.AnalysisProvider;
import org.tartarus.snowball.ext.DanishStemmer;
import org.tartarus.snowball.ext.DutchStemmer;
import org.tartarus.snowball.ext.EnglishStemmer;
import org.tartarus.snowball.ext.FinnishStemmer;
import org.tartarus.snowball.ext.FrenchStemmer;
import org.tartarus.snowball.ext.GermanStemmer;
import org.tartarus.snowball.ext.ItalianStemmer;
import org.tartarus.snowball.ext.NorwegianStemmer;
import org.tartarus.snowball.ext.PortugueseStemmer;
import org.tartarus.snowball.ext.SpanishStemmer;
import org.tartarus.snowball.ext.SwedishStemmer;

/**
 * Lucene's token filters under the names and settings that Elasticsearch gives them. {@code stop} and a plain
 * {@code lowercase} are part of the server. Source: Elasticsearch reference, "Token filter reference".
 */
final class TokenFilters {
    /** The values of the {@code stemmer} filter's {@code language}, for the languages of {@link LanguageAnalyzers}. */
    private static final Map<String, UnaryOperator<TokenStream>> STEMMERS = Map.ofEntries(
        entry("danish", in -> new SnowballFilter(in, new DanishStemmer())),
        entry("dutch", in -> new SnowballFilter(in, new DutchStemmer())),
        entry("english", PorterStemFilter::new),
        entry("light_english", KStemFilter::new),
        entry("minimal_english", EnglishMinimalStemFilter::new),
        entry("porter2", in -> new SnowballFilter(in, new EnglishStemmer())),
        entry("possessive_english", EnglishPossessiveFilter::new),
        entry("finnish", in -> new SnowballFilter(in, new FinnishStemmer())),
        entry("light_finnish", FinnishLightStemFilter::new),
        entry("french", in -> new SnowballFilter(in, new FrenchStemmer())),
        entry("light_french", FrenchLightStemFilter::new),
        entry("minimal_french", FrenchMinimalStemFilter::new),
        entry("german", in -> new SnowballFilter(in, new GermanStemmer())),
        entry("light_german", GermanLightStemFilter::new),
        entry("minimal_german", GermanMinimalStemFilter::new),
        entry("greek", GreekStemFilter::new),
        entry("italian", in -> new SnowballFilter(in, new ItalianStemmer())),
        entry("light_italian", ItalianLightStemFilter::new),
        entry("norwegian", in -> new SnowballFilter(in, new NorwegianStemmer())),
        entry("light_norwegian", NorwegianLightStemFilter::new),
        entry("minimal_norwegian", NorwegianMinimalStemFilter::new),
        entry("portuguese", in -> new SnowballFilter(in, new PortugueseStemmer())),
        entry("light_portuguese", PortugueseLightStemFilter::new),
        entry("minimal_portuguese", PortugueseMinimalStemFilter::new),
        entry("spanish", in -> new SnowballFilter(in, new SpanishStemmer())),
        entry("light_spanish", SpanishLightStemFilter::new),
        entry("swedish", in -> new SnowballFilter(in, new SwedishStemmer())),
        entry("light_swedish", SwedishLightStemFilter::new)
    );

    /** Filters without settings that treat each character alone, so that normalizers of keywords may use them. */
    private static final Map<String, UnaryOperator<TokenStream>> NORMALIZING = Map.of(
        "asciifolding", ASCIIFoldingFilter::new,
        "cjk_width", CJKWidthFilter::new,
        "german_normalization", GermanNormalizationFilter::new,
        "scandinavian_folding", ScandinavianFoldingFilter::new,
        "scandinavian_normalization", ScandinavianNormalizationFilter::new,
        "trim", TrimFilter::new,
        "uppercase", UpperCaseFilter::new
    );

    private TokenFilters() {}

    static List<PreConfiguredTokenFilter> preConfigured() {
        return NORMALIZING.entrySet().stream()
            .map(e -> PreConfiguredTokenFilter.singleton(e.getKey(), true, e.getValue()::apply))
            .toList();
    }

    static Map<String, AnalysisProvider<TokenFilterFactory>> factories() {
        return Map.of(
            "asciifolding", (index, environment, name, settings) -> new AsciiFolding(name, settings),
            "lowercase", (index, environment, name, settings) -> new LowerCase(name, settings),
            "stemmer", (index, environment, name, settings) -> new Stemmer(name, settings)
        );
    }

    private static final class AsciiFolding extends AbstractTokenFilterFactory {
        private final boolean preserveOriginal;

        AsciiFolding(String name, Settings settings) {
            super(name, settings);
            preserveOriginal = settings.getAsBoolean("preserve_original", false);
        }

        @Override
        public TokenStream create(TokenStream in) {
            return new ASCIIFoldingFilter(in, preserveOriginal);
        }

        @Override
        public TokenStream normalize(TokenStream in) {
            // A normalizer gives one term for one value: the folded one.
            return new ASCIIFoldingFilter(in);
        }
    }

    private static final class LowerCase extends AbstractTokenFilterFactory implements NormalizingTokenFilterFactory {
        private final boolean greek;

        LowerCase(String name, Settings settings) {
            super(name, settings);
            String language = settings.get("language");
            greek = "greek".equals(language);
            if (language != null && !greek) {
                throw new IllegalArgumentException("the light node has no [lowercase] of language [" + language + "]");
            }
        }

        @Override
        public TokenStream create(TokenStream in) {
            return greek ? new GreekLowerCaseFilter(in) : new LowerCaseFilter(in);
        }
    }

    private static final class Stemmer extends AbstractTokenFilterFactory {
        private final UnaryOperator<TokenStream> stemmer;

        Stemmer(String name, Settings settings) {
            super(name, settings);
            String language = settings.get("language", settings.get("name", "english"));
            stemmer = STEMMERS.get(language);
            if (stemmer == null) {
                throw new IllegalArgumentException("the light node has no [stemmer] of language [" + language + "]");
            }
        }

        @Override
        public TokenStream create(TokenStream in) {
            return stemmer.apply(in);
        }
    }
}
