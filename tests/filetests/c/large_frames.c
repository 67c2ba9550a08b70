// run:
// Frames larger than the slots that a byte names: parameters, values live at once, arguments behind arrays.
#include <stdio.h>
#include <string.h>

typedef float vector __attribute__((vector_size(16)));
static volatile long seed = 3;

__attribute__((noinline)) static long many_parameters(long p0, long p1, long p2, long p3, long p4, long p5, long p6, long p7, long p8, long p9, long p10, long p11, long p12, long p13, long p14, long p15, long p16, long p17, long p18, long p19, long p20, long p21, long p22, long p23, long p24, long p25, long p26, long p27, long p28, long p29, long p30, long p31, long p32, long p33, long p34, long p35, long p36, long p37, long p38, long p39, long p40, long p41, long p42, long p43, long p44, long p45, long p46, long p47, long p48, long p49, long p50, long p51, long p52, long p53, long p54, long p55, long p56, long p57, long p58, long p59, long p60, long p61, long p62, long p63, long p64, long p65, long p66, long p67, long p68, long p69, long p70, long p71, long p72, long p73, long p74, long p75, long p76, long p77, long p78, long p79, long p80, long p81, long p82, long p83, long p84, long p85, long p86, long p87, long p88, long p89, long p90, long p91, long p92, long p93, long p94, long p95, long p96, long p97, long p98, long p99, long p100, long p101, long p102, long p103, long p104, long p105, long p106, long p107, long p108, long p109, long p110, long p111, long p112, long p113, long p114, long p115, long p116, long p117, long p118, long p119, long p120, long p121, long p122, long p123, long p124, long p125, long p126, long p127, long p128, long p129, long p130, long p131, long p132, long p133, long p134, long p135, long p136, long p137, long p138, long p139, long p140, long p141, long p142, long p143, long p144, long p145, long p146, long p147, long p148, long p149, long p150, long p151, long p152, long p153, long p154, long p155, long p156, long p157, long p158, long p159, long p160, long p161, long p162, long p163, long p164, long p165, long p166, long p167, long p168, long p169, long p170, long p171, long p172, long p173, long p174, long p175, long p176, long p177, long p178, long p179, long p180, long p181, long p182, long p183, long p184, long p185, long p186, long p187, long p188, long p189, long p190, long p191, long p192, long p193, long p194, long p195, long p196, long p197, long p198, long p199, long p200, long p201, long p202, long p203, long p204, long p205, long p206, long p207, long p208, long p209, long p210, long p211, long p212, long p213, long p214, long p215, long p216, long p217, long p218, long p219, long p220, long p221, long p222, long p223, long p224, long p225, long p226, long p227, long p228, long p229, long p230, long p231, long p232, long p233, long p234, long p235, long p236, long p237, long p238, long p239, long p240, long p241, long p242, long p243, long p244, long p245, long p246, long p247, long p248, long p249, long p250, long p251, long p252, long p253, long p254, long p255, long p256, long p257, long p258, long p259, long p260, long p261, long p262, long p263, long p264, long p265, long p266, long p267, long p268, long p269, long p270, long p271, long p272, long p273, long p274, long p275, long p276, long p277, long p278, long p279, long p280, long p281, long p282, long p283, long p284, long p285, long p286, long p287, long p288, long p289, long p290, long p291, long p292, long p293, long p294, long p295, long p296, long p297, long p298, long p299) {
    long sum = p0 * 1 + p1 * 2 + p2 * 3 + p3 * 4 + p4 * 5 + p5 * 6 + p6 * 7 + p7 * 1 + p8 * 2 + p9 * 3 + p10 * 4 + p11 * 5 + p12 * 6 + p13 * 7 + p14 * 1 + p15 * 2 + p16 * 3 + p17 * 4 + p18 * 5 + p19 * 6 + p20 * 7 + p21 * 1 + p22 * 2 + p23 * 3 + p24 * 4 + p25 * 5 + p26 * 6 + p27 * 7 + p28 * 1 + p29 * 2 + p30 * 3 + p31 * 4 + p32 * 5 + p33 * 6 + p34 * 7 + p35 * 1 + p36 * 2 + p37 * 3 + p38 * 4 + p39 * 5 + p40 * 6 + p41 * 7 + p42 * 1 + p43 * 2 + p44 * 3 + p45 * 4 + p46 * 5 + p47 * 6 + p48 * 7 + p49 * 1 + p50 * 2 + p51 * 3 + p52 * 4 + p53 * 5 + p54 * 6 + p55 * 7 + p56 * 1 + p57 * 2 + p58 * 3 + p59 * 4 + p60 * 5 + p61 * 6 + p62 * 7 + p63 * 1 + p64 * 2 + p65 * 3 + p66 * 4 + p67 * 5 + p68 * 6 + p69 * 7 + p70 * 1 + p71 * 2 + p72 * 3 + p73 * 4 + p74 * 5 + p75 * 6 + p76 * 7 + p77 * 1 + p78 * 2 + p79 * 3 + p80 * 4 + p81 * 5 + p82 * 6 + p83 * 7 + p84 * 1 + p85 * 2 + p86 * 3 + p87 * 4 + p88 * 5 + p89 * 6 + p90 * 7 + p91 * 1 + p92 * 2 + p93 * 3 + p94 * 4 + p95 * 5 + p96 * 6 + p97 * 7 + p98 * 1 + p99 * 2 + p100 * 3 + p101 * 4 + p102 * 5 + p103 * 6 + p104 * 7 + p105 * 1 + p106 * 2 + p107 * 3 + p108 * 4 + p109 * 5 + p110 * 6 + p111 * 7 + p112 * 1 + p113 * 2 + p114 * 3 + p115 * 4 + p116 * 5 + p117 * 6 + p118 * 7 + p119 * 1 + p120 * 2 + p121 * 3 + p122 * 4 + p123 * 5 + p124 * 6 + p125 * 7 + p126 * 1 + p127 * 2 + p128 * 3 + p129 * 4 + p130 * 5 + p131 * 6 + p132 * 7 + p133 * 1 + p134 * 2 + p135 * 3 + p136 * 4 + p137 * 5 + p138 * 6 + p139 * 7 + p140 * 1 + p141 * 2 + p142 * 3 + p143 * 4 + p144 * 5 + p145 * 6 + p146 * 7 + p147 * 1 + p148 * 2 + p149 * 3 + p150 * 4 + p151 * 5 + p152 * 6 + p153 * 7 + p154 * 1 + p155 * 2 + p156 * 3 + p157 * 4 + p158 * 5 + p159 * 6 + p160 * 7 + p161 * 1 + p162 * 2 + p163 * 3 + p164 * 4 + p165 * 5 + p166 * 6 + p167 * 7 + p168 * 1 + p169 * 2 + p170 * 3 + p171 * 4 + p172 * 5 + p173 * 6 + p174 * 7 + p175 * 1 + p176 * 2 + p177 * 3 + p178 * 4 + p179 * 5 + p180 * 6 + p181 * 7 + p182 * 1 + p183 * 2 + p184 * 3 + p185 * 4 + p186 * 5 + p187 * 6 + p188 * 7 + p189 * 1 + p190 * 2 + p191 * 3 + p192 * 4 + p193 * 5 + p194 * 6 + p195 * 7 + p196 * 1 + p197 * 2 + p198 * 3 + p199 * 4 + p200 * 5 + p201 * 6 + p202 * 7 + p203 * 1 + p204 * 2 + p205 * 3 + p206 * 4 + p207 * 5 + p208 * 6 + p209 * 7 + p210 * 1 + p211 * 2 + p212 * 3 + p213 * 4 + p214 * 5 + p215 * 6 + p216 * 7 + p217 * 1 + p218 * 2 + p219 * 3 + p220 * 4 + p221 * 5 + p222 * 6 + p223 * 7 + p224 * 1 + p225 * 2 + p226 * 3 + p227 * 4 + p228 * 5 + p229 * 6 + p230 * 7 + p231 * 1 + p232 * 2 + p233 * 3 + p234 * 4 + p235 * 5 + p236 * 6 + p237 * 7 + p238 * 1 + p239 * 2 + p240 * 3 + p241 * 4 + p242 * 5 + p243 * 6 + p244 * 7 + p245 * 1 + p246 * 2 + p247 * 3 + p248 * 4 + p249 * 5 + p250 * 6 + p251 * 7 + p252 * 1 + p253 * 2 + p254 * 3 + p255 * 4 + p256 * 5 + p257 * 6 + p258 * 7 + p259 * 1 + p260 * 2 + p261 * 3 + p262 * 4 + p263 * 5 + p264 * 6 + p265 * 7 + p266 * 1 + p267 * 2 + p268 * 3 + p269 * 4 + p270 * 5 + p271 * 6 + p272 * 7 + p273 * 1 + p274 * 2 + p275 * 3 + p276 * 4 + p277 * 5 + p278 * 6 + p279 * 7 + p280 * 1 + p281 * 2 + p282 * 3 + p283 * 4 + p284 * 5 + p285 * 6 + p286 * 7 + p287 * 1 + p288 * 2 + p289 * 3 + p290 * 4 + p291 * 5 + p292 * 6 + p293 * 7 + p294 * 1 + p295 * 2 + p296 * 3 + p297 * 4 + p298 * 5 + p299 * 6;
    for (long i = 0; i < p299 % 5 + 2; i++) sum = sum * p250 + p249 / (p251 | 1);
    return sum;
}

#define TENS(m, t) m(t##0) m(t##1) m(t##2) m(t##3) m(t##4) m(t##5) m(t##6) m(t##7) m(t##8) m(t##9)
#define HUNDRED(m, h) TENS(m, h##0) TENS(m, h##1) TENS(m, h##2) TENS(m, h##3) TENS(m, h##4) \
                      TENS(m, h##5) TENS(m, h##6) TENS(m, h##7) TENS(m, h##8) TENS(m, h##9)
#define ALL(m) HUNDRED(m, 1) HUNDRED(m, 2) HUNDRED(m, 3)
#define MAKE(n) long v##n = seed * n; double d##n = v##n + .5;
#define USE(n) sum = (sum ^ v##n) * 31 + (long)d##n; v##n += sum >> 3; d##n = d##n * .75 + v##n;

__attribute__((noinline)) static long many_values(void) {
    ALL(MAKE)
    long sum = 0;
    for (int round = 0; round < 3; round++) {
        ALL(USE)
        if (sum % 7 == 3) v250 = sum % (v199 | 1);
    }
    __int128 wide = (__int128)v300 * v301 + v399;
    return sum + (long)(wide >> 5) + (d250 < d251 ? v252 : v253);
}

__attribute__((noinline)) static double mixed(long a, double b, long c, vector d, long e, float f) {
    return a + b * c + d[1] * d[2] - e * f;
}

__attribute__((noinline)) static double behind_an_array(int n) {
    char text[4000];
    vector v = {n, n + 1, n + 2, n + 3};
    memset(text, n, sizeof text);
    double sum = 0;
    for (int i = 0; i < n; i++) {
        v = v * 1.5f + v;
        sum += mixed(i * n, sum / 3 + i, text[i * 7] + i, v, (long)sum % 13, i * .5f);
        sum += snprintf(text, sizeof text, "%d %g %ld %s", i, sum, (long)i * i, i % 2 ? "odd" : "even");
    }
    return sum;
}

int main(void) {
    long x = seed;
    printf("%ld\n", many_parameters(x + 0, x + 3, x + 6, x + 9, x + 1, x + 4, x + 7, x + 10, x + 2, x + 5, x + 8, x + 0, x + 3, x + 6, x + 9, x + 1, x + 4, x + 7, x + 10, x + 2, x + 5, x + 8, x + 0, x + 3, x + 6, x + 9, x + 1, x + 4, x + 7, x + 10, x + 2, x + 5, x + 8, x + 0, x + 3, x + 6, x + 9, x + 1, x + 4, x + 7, x + 10, x + 2, x + 5, x + 8, x + 0, x + 3, x + 6, x + 9, x + 1, x + 4, x + 7, x + 10, x + 2, x + 5, x + 8, x + 0, x + 3, x + 6, x + 9, x + 1, x + 4, x + 7, x + 10, x + 2, x + 5, x + 8, x + 0, x + 3, x + 6, x + 9, x + 1, x + 4, x + 7, x + 10, x + 2, x + 5, x + 8, x + 0, x + 3, x + 6, x + 9, x + 1, x + 4, x + 7, x + 10, x + 2, x + 5, x + 8, x + 0, x + 3, x + 6, x + 9, x + 1, x + 4, x + 7, x + 10, x + 2, x + 5, x + 8, x + 0, x + 3, x + 6, x + 9, x + 1, x + 4, x + 7, x + 10, x + 2, x + 5, x + 8, x + 0, x + 3, x + 6, x + 9, x + 1, x + 4, x + 7, x + 10, x + 2, x + 5, x + 8, x + 0, x + 3, x + 6, x + 9, x + 1, x + 4, x + 7, x + 10, x + 2, x + 5, x + 8, x + 0, x + 3, x + 6, x + 9, x + 1, x + 4, x + 7, x + 10, x + 2, x + 5, x + 8, x + 0, x + 3, x + 6, x + 9, x + 1, x + 4, x + 7, x + 10, x + 2, x + 5, x + 8, x + 0, x + 3, x + 6, x + 9, x + 1, x + 4, x + 7, x + 10, x + 2, x + 5, x + 8, x + 0, x + 3, x + 6, x + 9, x + 1, x + 4, x + 7, x + 10, x + 2, x + 5, x + 8, x + 0, x + 3, x + 6, x + 9, x + 1, x + 4, x + 7, x + 10, x + 2, x + 5, x + 8, x + 0, x + 3, x + 6, x + 9, x + 1, x + 4, x + 7, x + 10, x + 2, x + 5, x + 8, x + 0, x + 3, x + 6, x + 9, x + 1, x + 4, x + 7, x + 10, x + 2, x + 5, x + 8, x + 0, x + 3, x + 6, x + 9, x + 1, x + 4, x + 7, x + 10, x + 2, x + 5, x + 8, x + 0, x + 3, x + 6, x + 9, x + 1, x + 4, x + 7, x + 10, x + 2, x + 5, x + 8, x + 0, x + 3, x + 6, x + 9, x + 1, x + 4, x + 7, x + 10, x + 2, x + 5, x + 8, x + 0, x + 3, x + 6, x + 9, x + 1, x + 4, x + 7, x + 10, x + 2, x + 5, x + 8, x + 0, x + 3, x + 6, x + 9, x + 1, x + 4, x + 7, x + 10, x + 2, x + 5, x + 8, x + 0, x + 3, x + 6, x + 9, x + 1, x + 4, x + 7, x + 10, x + 2, x + 5, x + 8, x + 0, x + 3, x + 6, x + 9, x + 1, x + 4, x + 7, x + 10, x + 2, x + 5, x + 8, x + 0, x + 3, x + 6, x + 9, x + 1, x + 4, x + 7, x + 10, x + 2, x + 5, x + 8, x + 0, x + 3, x + 6));
    printf("%ld\n", many_values());
    printf("%.9g\n", behind_an_array(9));
}
