import type { TourStep } from '../../tour/tour.js';

/** The textbook's S15: what layers see, what made a number, what a filter looks for, and what counts for an answer. */
export const steps: readonly TourStep[] = [
  {
    order: 15.1,
    query: 'model=digits&picture=digit&layer=conv1&map=3&at=12,14',
    text: {
      en: {
        say: 'Every layer turns the picture into maps: the first still show the digit, the later ones only where something was found.',
        try: 'Go down the architecture with ] and watch the maps grow smaller and emptier.',
        why: 'A map is one filter’s answer at every place. Pooling keeps the strongest answer of four, so that later maps are smaller; rectifiers drop what speaks against, so that most of their numbers are zero.',
      },
      ko: {
        say: '층마다 그림이 맵으로 바뀝니다. 앞의 맵에는 숫자가 그대로 보이고, 뒤로 갈수록 무언가를 찾은 자리만 남습니다.',
        try: '] 키로 층을 따라 내려가며 맵이 작아지고 비어 가는 것을 보세요.',
        why: '맵은 필터 하나가 모든 자리에서 낸 답입니다. 풀링이 넷 중 가장 센 답만 남겨 맵이 작아지고, ReLU가 반대하는 답을 버려 대부분이 0이 됩니다.',
      },
    },
  },
  {
    order: 15.2,
    query: 'model=digits&picture=digit&layer=conv2&map=9&at=5,6',
    text: {
      en: {
        say: 'A number is a sum of products, and each product is a place that you can go to, down to a pixel.',
        try: 'Press d, again and again, until you stand on the picture. Then f, and go forward to what a number feeds.',
        why: 'This number is 72 products, 3×3 places of 8 maps, and a bias. Sorted by size, a few of them explain most of it; following the strongest, layer by layer, shows which pixels it hangs on.',
      },
      ko: {
        say: '수 하나는 곱들의 합이고, 곱마다 찾아갈 수 있는 자리가 있습니다. 끝까지 가면 픽셀입니다.',
        try: '그림에 닿을 때까지 d를 거듭 눌러 보세요. 그다음 f로 그 수가 가는 곳을 따라 올라가세요.',
        why: '이 수는 맵 8개의 3×3 자리, 곱 72개와 편향입니다. 크기순으로 보면 몇 개가 거의 다 설명합니다. 가장 센 것을 층마다 따라가면 어느 픽셀에 매달려 있는지 드러납니다.',
      },
    },
  },
  {
    order: 15.3,
    query: 'model=digits&picture=digit&layer=conv2&map=9&at=5,6&show=looks',
    text: {
      en: {
        say: 'What does a filter look for? The picture that raises it most, made from noise, and the digits that raise it most, say it together.',
        try: 'Click one of the digits: it opens there, at the number that it raised.',
        why: 'The pattern is found as weights are in training, only that the picture is changed: step by step in the direction that makes the filter’s answer larger. Real pictures show which part of the pattern they have.',
      },
      ko: {
        say: '필터는 무엇을 찾을까요? 잡음에서 만들어 낸, 필터를 가장 높이는 그림과 가장 높이는 숫자들을 함께 보면 알 수 있습니다.',
        try: '숫자 하나를 눌러 보세요. 그 수가 나온 자리에서 열립니다.',
        why: '무늬를 찾는 방법은 학습과 같습니다. 가중치 대신 그림을, 필터의 답이 커지는 쪽으로 한 걸음씩 바꿉니다. 실제 그림은 그 무늬의 어느 부분을 가졌는지 보여 줍니다.',
      },
    },
  },
  {
    order: 15.4,
    query: 'method=grad-cam&beside=class',
    text: {
      en: {
        say: 'A heat map says where in the picture the answer comes from, and for another class it lies elsewhere.',
        try: 'Change the method or the second class, and switch on «how far to trust it».',
        why: 'Grad-CAM weighs the last maps by how much each raises the class and adds them up. It is coarse, and it may be wrong: whether the answer falls when the bright places are covered is measured, not believed.',
      },
      ko: {
        say: '히트맵은 답이 그림의 어디에서 왔는지 보여 줍니다. 다른 클래스를 물으면 다른 곳이 밝아집니다.',
        try: '방법이나 둘째 클래스를 바꾸고 “얼마나 믿을 만한지”를 켜 보세요.',
        why: 'Grad-CAM은 마지막 맵들을 클래스를 높이는 정도로 가중해 더합니다. 거칠고 틀릴 수도 있습니다. 밝은 곳을 가렸을 때 답이 떨어지는지는 믿지 않고 잽니다.',
      },
    },
  },
];
